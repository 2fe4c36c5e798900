#include "sim/base/xml_read.h"

#include <expat.h>
#include <stdalign.h>
#include <string.h>

#include "sim/base/memory.h"
#include "sim/base/text.h"

// --- memory: blocks that are freed at once -----------------------------------------------------------------

typedef struct block {
    struct block *before;
    size_t used, size;
} block;

enum { BLOCK = 1 << 16, HEAD = 64, CHUNK = 1 << 20 };

typedef struct reader {
    XML_Parser parser;
    const char *file;
    vg_diag *diag;
    block *blocks;
    vg_xml_node *root;
    vg_xml_node *open[VG_XML_DEEPEST]; // from the root to the element under way
    vg_xml_node *last[VG_XML_DEEPEST]; // the last child of each so far
    int depth;
    vg_text text; // of the innermost open element, until its first child
    vg_err err;   // what stopped the reading
} reader;

static void *take(reader *r, size_t size) {
    size = (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
    if (!r->blocks || r->blocks->size - r->blocks->used < size) {
        size_t room = size > BLOCK - HEAD ? size + HEAD : BLOCK;
        block *fresh = vg_alloc((int64_t)room, 1);
        if (!fresh) return NULL;
        *fresh = (block){r->blocks, HEAD, room};
        r->blocks = fresh;
    }
    void *at = (char *)r->blocks + r->blocks->used;
    r->blocks->used += size;
    return at;
}

static const char *keep(reader *r, const char *text, size_t length) {
    char *copy = take(r, length + 1);
    return copy ? memcpy(copy, text, length) : NULL; // memory comes zeroed
}

static void free_blocks(block *last) {
    while (last) {
        block *before = last->before;
        vg_free(last);
        last = before;
    }
}

// expat's own memory, so that a test can make it fail. A block begins with its size.
static void *expat_malloc(size_t size) {
    if (size > PTRDIFF_MAX - HEAD) return NULL;
    char *memory = vg_alloc((int64_t)(size + HEAD), 1);
    if (!memory) return NULL;
    memcpy(memory, &size, sizeof size);
    return memory + HEAD;
}

static void expat_free(void *memory) {
    if (memory) vg_free((char *)memory - HEAD);
}

static void *expat_realloc(void *memory, size_t size) {
    if (!memory) return expat_malloc(size);
    size_t old;
    memcpy(&old, (char *)memory - HEAD, sizeof old);
    void *fresh = expat_malloc(size);
    if (!fresh) return NULL;
    memcpy(fresh, memory, old < size ? old : size);
    expat_free(memory);
    return fresh;
}

// --- what expat tells --------------------------------------------------------------------------------------

static void stop(reader *r, vg_err err) {
    r->err = err;
    XML_StopParser(r->parser, XML_FALSE);
}

// The text gathered so far belongs to the innermost open element, if it has no child yet.
static bool end_text(reader *r) {
    if (r->depth == 0) return true;
    vg_xml_node *node = r->open[r->depth - 1];
    if (node->text) return true;
    const char *from = r->text.size ? r->text.bytes : "", *to = from + r->text.size;
    while (from < to && strchr(" \t\r\n", *from)) from++;
    while (to > from && strchr(" \t\r\n", to[-1])) to--;
    node->text = from < to ? keep(r, from, (size_t)(to - from)) : "";
    r->text.size = 0;
    return node->text && !r->text.failed;
}

static const char *local_name(const char *name) {
    const char *colon = strrchr(name, ':');
    return colon && colon[1] ? colon + 1 : name;
}

static const char *const *keep_attributes(reader *r, const char **attributes) {
    int count = 0;
    while (attributes[count]) count++;
    const char **kept = take(r, ((size_t)count + 1) * sizeof *kept);
    for (int i = 0; kept && i < count; i++) {
        const char *text = i % 2 ? attributes[i] : local_name(attributes[i]);
        if (!(kept[i] = keep(r, text, strlen(text)))) return NULL;
    }
    return (const char *const *)kept;
}

static void begin_element(void *context, const char *name, const char **attributes) {
    reader *r = context;
    if (r->err) return;
    if (r->depth == VG_XML_DEEPEST) {
        stop(r, vg_fail_at(r->diag, VG_ERR_FORMAT, r->file, (int64_t)XML_GetCurrentLineNumber(r->parser),
                           NULL, "over %d elements inside each other; expected fewer", VG_XML_DEEPEST));
        return;
    }
    vg_xml_node *node = take(r, sizeof *node);
    name = local_name(name);
    if (!end_text(r) || !node || !(node->name = keep(r, name, strlen(name))) ||
        !(node->attributes = keep_attributes(r, attributes))) {
        stop(r, vg_fail_memory(r->diag));
        return;
    }
    node->line = (int64_t)XML_GetCurrentLineNumber(r->parser);
    if (r->depth > 0) {
        vg_xml_node *parent = r->open[r->depth - 1], *before = r->last[r->depth - 1];
        node->parent = parent;
        if (before)
            before->next = node;
        else
            parent->child = node;
        r->last[r->depth - 1] = node;
    } else {
        r->root = node;
    }
    r->last[r->depth] = NULL;
    r->open[r->depth++] = node;
}

static void end_element(void *context, const char *name) {
    (void)name;
    reader *r = context;
    if (r->err) return;
    if (!end_text(r)) stop(r, vg_fail_memory(r->diag));
    r->depth--;
}

static void take_text(void *context, const char *text, int length) {
    reader *r = context;
    if (!r->err && r->depth > 0 && !r->open[r->depth - 1]->text) vg_text_bytes(&r->text, text, length);
}

// Entities with a value of their own could grow without end. One that lies in another file is left out: no
// handler for it is set, so expat skips it.
static void see_entity(void *context, const char *name, int parameter, const char *value, int length,
                       const char *base, const char *system, const char *public, const char *notation) {
    (void)parameter, (void)length, (void)base, (void)system, (void)public, (void)notation;
    reader *r = context;
    if (value && !r->err)
        stop(r, vg_fail_at(r->diag, VG_ERR_FORMAT, r->file, (int64_t)XML_GetCurrentLineNumber(r->parser),
                           NULL, "the entity '%.40s' is declared; expected XML without entities", name));
}

static vg_err fail_parse(reader *r) {
    enum XML_Error code = XML_GetErrorCode(r->parser);
    if (r->err) return r->err;
    if (code == XML_ERROR_NO_MEMORY) return vg_fail_memory(r->diag);
    return vg_fail_at(r->diag, VG_ERR_FORMAT, r->file, (int64_t)XML_GetCurrentLineNumber(r->parser), NULL,
                      "not well-formed XML: %s", XML_ErrorString(code));
}

vg_err vg_xml_parse(const char *bytes, int64_t size, const char *file, vg_xml *out, vg_diag *diag) {
    static const XML_Memory_Handling_Suite memory = {expat_malloc, expat_realloc, expat_free};
    *out = (vg_xml){0};
    reader r = {.file = file, .diag = diag};
    r.parser = XML_ParserCreate_MM(NULL, &memory, NULL);
    if (!r.parser) return vg_fail_memory(diag);
    XML_SetHashSalt(r.parser, 1);
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, begin_element, end_element);
    XML_SetCharacterDataHandler(r.parser, take_text);
    XML_SetEntityDeclHandler(r.parser, see_entity);
    vg_err err = VG_OK;
    for (int64_t at = 0; !err && at <= size; at += CHUNK) {
        int64_t part = size - at < CHUNK ? size - at : CHUNK;
        if (XML_Parse(r.parser, bytes + at, (int)part, at + CHUNK > size) != XML_STATUS_OK)
            err = fail_parse(&r);
    }
    if (!err && r.text.failed) err = vg_fail_memory(diag);
    XML_ParserFree(r.parser);
    vg_text_free(&r.text);
    if (err)
        free_blocks(r.blocks);
    else
        *out = (vg_xml){r.root, file, r.blocks};
    return err;
}

void vg_xml_free(vg_xml *xml) {
    free_blocks(xml->memory);
    *xml = (vg_xml){0};
}

// --- walking -----------------------------------------------------------------------------------------------

static const vg_xml_node *named(const vg_xml_node *node, const char *name) {
    while (node && strcmp(node->name, name) != 0) node = node->next;
    return node;
}

const vg_xml_node *vg_xml_child(const vg_xml_node *node, const char *name) {
    return node ? named(node->child, name) : NULL;
}

const vg_xml_node *vg_xml_next(const vg_xml_node *node, const char *name) {
    return node ? named(node->next, name) : NULL;
}

const vg_xml_node *vg_xml_find(const vg_xml_node *node, const char *name, const vg_xml_node *after) {
    const vg_xml_node *at = after ? after : node;
    while (at) {
        if (at->child) {
            at = at->child;
        } else {
            while (at != node && !at->next) at = at->parent;
            if (at == node) return NULL;
            at = at->next;
        }
        if (strcmp(at->name, name) == 0) return at;
    }
    return NULL;
}

const char *vg_xml_get(const vg_xml_node *node, const char *name) {
    for (const char *const *a = node ? node->attributes : NULL; a && *a; a += 2)
        if (strcmp(a[0], name) == 0) return a[1];
    return NULL;
}

vg_err vg_xml_double(const vg_xml *xml, const vg_xml_node *node, const char *name, double *out,
                     vg_diag *diag) {
    const char *text = name ? vg_xml_get(node, name) : node->text, *field = name ? name : node->name;
    if (!text)
        return vg_fail_at(diag, VG_ERR_FORMAT, xml->file, node->line, field,
                          "missing in <%.40s>; expected a number", node->name);
    if (!vg_parse_double(text, out))
        return vg_fail_at(diag, VG_ERR_FORMAT, xml->file, node->line, field,
                          "'%.60s' in <%.40s>; expected a finite number", text, node->name);
    return VG_OK;
}

vg_err vg_xml_double_or(const vg_xml *xml, const vg_xml_node *node, const char *name, double standard,
                        double *out, vg_diag *diag) {
    *out = standard;
    return vg_xml_get(node, name) ? vg_xml_double(xml, node, name, out, diag) : VG_OK;
}

// --- sniffing ----------------------------------------------------------------------------------------------

// Behind a comment, a declaration or a document type, which may hold others in brackets; NULL if it does not
// end.
static const char *skip_markup(const char *at, const char *end) {
    if (end - at >= 4 && memcmp(at, "<!--", 4) == 0) {
        for (at += 4; end - at >= 3; at++)
            if (memcmp(at, "-->", 3) == 0) return at + 3;
        return NULL;
    }
    int depth = 0;
    for (; at < end; at++) {
        if (*at == '<') depth++;
        if (*at == '>' && --depth == 0) return at + 1;
    }
    return NULL;
}

bool vg_xml_begins(const char *head, int64_t size, const char *root) {
    const char *at = head, *end = head + size;
    if (size >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0) at += 3;
    for (;;) {
        while (at && at < end && strchr(" \t\r\n", *at)) at++;
        if (!at || end - at < 2 || *at != '<') return false;
        if (at[1] != '?' && at[1] != '!') break;
        at = skip_markup(at, end);
    }
    const char *name = ++at;
    for (; at < end && !strchr(" \t\r\n/>", *at); at++)
        if (*at == ':') name = at + 1;
    size_t length = strlen(root);
    return at < end && (size_t)(at - name) == length && memcmp(name, root, length) == 0;
}
