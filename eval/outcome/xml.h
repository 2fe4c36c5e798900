// eval/outcome/xml.h -- the small part of XML that reports for build servers need.
#ifndef VG_EVAL_OUTCOME_XML_H
#define VG_EVAL_OUTCOME_XML_H

#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// ` name="text"`, escaped; control characters that XML 1.0 cannot write become '?'.
void vg_xml_attribute(vg_text *out, const char *name, const char *text);

// `<property name="..." value="..."/>` on a line of its own, indented by depth.
void vg_xml_property(vg_text *out, int32_t depth, const char *name, const char *text);

#ifdef __cplusplus
}
#endif
#endif
