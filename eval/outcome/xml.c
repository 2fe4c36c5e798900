#include "eval/outcome/xml.h"

// An attribute's value. XML 1.0 has no way to write most control characters, U+FFFE and U+FFFF: they become
// '?', as does what is no UTF-8.
static void value_of(vg_text *out, const char *text) {
    for (int bytes; *text; text += bytes ? bytes : 1) {
        bytes = vg_printable_bytes(text);
        if (*text == '&')
            vg_text_add(out, "&amp;");
        else if (*text == '<')
            vg_text_add(out, "&lt;");
        else if (*text == '>')
            vg_text_add(out, "&gt;");
        else if (*text == '"')
            vg_text_add(out, "&quot;");
        else if (*text == '\t' || *text == '\n' || *text == '\r')
            vg_text_add(out, "&#%d;", *text);
        else
            vg_text_bytes(out, bytes ? text : "?", bytes ? bytes : 1);
    }
}

void vg_xml_attribute(vg_text *out, const char *name, const char *text) {
    vg_text_add(out, " %s=\"", name);
    value_of(out, text);
    vg_text_add(out, "\"");
}

void vg_xml_property(vg_text *out, int32_t depth, const char *name, const char *text) {
    vg_text_add(out, "%*s<property", depth, "");
    vg_xml_attribute(out, "name", name);
    vg_xml_attribute(out, "value", text);
    vg_text_add(out, "/>\n");
}
