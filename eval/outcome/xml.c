#include "eval/outcome/xml.h"

// An attribute's value. XML 1.0 has no way to write most control characters: they become '?'.
static void value_of(vg_text *out, const char *text) {
    for (const char *c = text; *c; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte == '&')
            vg_text_add(out, "&amp;");
        else if (byte == '<')
            vg_text_add(out, "&lt;");
        else if (byte == '>')
            vg_text_add(out, "&gt;");
        else if (byte == '"')
            vg_text_add(out, "&quot;");
        else if (byte == '\t' || byte == '\n' || byte == '\r')
            vg_text_add(out, "&#%d;", byte);
        else
            vg_text_add(out, "%c", byte < 0x20 || byte == 0x7f ? '?' : *c);
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
