// sim/base/xml_read.h -- an XML file as a tree, read by libexpat: OpenDRIVE, CommonRoad, Lanelet2, TORCS,
// KML, GPX.
//
// Nothing but the bytes given is ever read. A document that declares entities of its own is refused, because
// they can make a small file huge; an external one (TORCS names some) is left out, never fetched. Names are
// given without a namespace's prefix ("gx:coord" is "coord").
#ifndef VG_SIM_BASE_XML_READ_H
#define VG_SIM_BASE_XML_READ_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_XML_DEEPEST = 100 }; // elements inside each other, so that a walk by recursion is safe

typedef struct vg_xml_node vg_xml_node;
struct vg_xml_node {
    const char *name;
    const char *text;              // what stands before its first child or its end, trimmed; "" if nothing
    const char *const *attributes; // name, value, name, value, NULL
    int64_t line;                  // 1-based
    const vg_xml_node *parent;     // NULL at the root
    const vg_xml_node *child;      // the first; NULL if none
    const vg_xml_node *next;       // the sibling behind it; NULL if none
};

typedef struct vg_xml {
    const vg_xml_node *root;
    const char *file; // for messages; borrowed
    void *memory;     // what the tree lies in
} vg_xml;

// The tree of `size` bytes; end it by vg_xml_free. `file`: for messages, to outlive the tree. On failure *out
// is zeroed. Errors: VG_ERR_FORMAT with file and line (not well formed, an entity, too deep), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_xml_parse(const char *bytes, int64_t size, const char *file, vg_xml *out,
                                 vg_diag *diag);
void vg_xml_free(vg_xml *xml); // a zeroed one is fine

// The first child of this name, the next sibling of this name, the first descendant of this name behind
// `after` in the order of the file (NULL: from the beginning); NULL if there is none. node may be NULL.
const vg_xml_node *vg_xml_child(const vg_xml_node *node, const char *name);
const vg_xml_node *vg_xml_next(const vg_xml_node *node, const char *name);
const vg_xml_node *vg_xml_find(const vg_xml_node *node, const char *name, const vg_xml_node *after);

// The value of an attribute; NULL if it is missing. node may be NULL.
const char *vg_xml_get(const vg_xml_node *node, const char *name);

// A number in an attribute, or, with name NULL, in the node's text. Errors: VG_ERR_FORMAT with file, line and
// field (missing, not a finite number). vg_xml_double_or gives `standard` where the attribute is missing.
VG_NODISCARD vg_err vg_xml_double(const vg_xml *xml, const vg_xml_node *node, const char *name, double *out,
                                  vg_diag *diag);
VG_NODISCARD vg_err vg_xml_double_or(const vg_xml *xml, const vg_xml_node *node, const char *name,
                                     double standard, double *out, vg_diag *diag);

// Does a file that begins with these bytes look like XML whose first element has this name (without a
// prefix)? For the sniffers of formats.
bool vg_xml_begins(const char *head, int64_t size, const char *root);

#ifdef __cplusplus
}
#endif
#endif
