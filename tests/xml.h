// tests/xml.h -- checks that a text is well-formed XML of the kind that verge writes: no doctype.
#ifndef VG_TESTS_XML_H
#define VG_TESTS_XML_H

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

// Past a run of text in which & begins a known entity and < does not occur; NULL when it is broken.
static inline const char *xml_text(const char *at, const char *stops) {
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;"};
    for (; *at && !strchr(stops, *at); at++) {
        if ((unsigned char)*at < 0x20 && *at != '\n') return NULL;
        bool known = *at != '&';
        for (int i = 0; i < 4 && !known; i++) known = !strncmp(at, entities[i], strlen(entities[i]));
        if (!known) return NULL;
    }
    return at;
}

static inline const char *xml_name(const char *at) {
    while (isalnum((unsigned char)*at) || (*at && strchr("-_:", *at))) at++;
    return at;
}

// Past a tag's attributes; NULL when one is broken.
static inline const char *xml_attributes(const char *at) {
    while (*at == ' ') {
        const char *name = ++at;
        at = xml_name(at);
        if (at == name || at[0] != '=' || at[1] != '"') return NULL;
        at = xml_text(at + 2, "\"<");
        if (!at || *at++ != '"') return NULL;
    }
    return at;
}

static inline bool xml_is_well_formed(const char *at) {
    const char *open[64], *end;
    int depth = 0, roots = 0;
    if (!strncmp(at, "<?xml ", 6)) at = strstr(at, "?>") ? strstr(at, "?>") + 2 : at;
    while (at && *at) {
        if (depth > 0 && !strncmp(at, "<![CDATA[", 9)) {
            at = strstr(at, "]]>");
            if (at) at += 3;
            continue;
        }
        if (*at != '<') {
            const char *begin = at;
            at = xml_text(at, "<");
            for (; at && depth == 0 && begin < at; begin++)
                if (!isspace((unsigned char)*begin)) return false;
            continue;
        }
        bool closes = at[1] == '/';
        const char *name = at + 1 + closes;
        end = xml_name(name);
        if (end == name) return false;
        if (closes) {
            size_t length = (size_t)(end - name);
            if (depth == 0 || *end != '>' || strncmp(open[--depth], name, length)) return false;
            at = end + 1;
            continue;
        }
        at = xml_attributes(end);
        if (!at || depth == 64 || (depth == 0 && roots++)) return false;
        if (*at == '/')
            at++;
        else
            open[depth++] = name;
        if (*at++ != '>') return false;
    }
    return at && depth == 0 && roots == 1;
}

// Whether no two elements share an id.
static inline bool xml_ids_differ(const char *text) {
    for (const char *a = text; (a = strstr(a, " id=\"")); a++) {
        size_t length = (size_t)(strchr(a + 5, '"') - a) + 1;
        for (const char *b = a + 1; (b = strstr(b, " id=\"")); b++)
            if (!strncmp(a, b, length)) return false;
    }
    return true;
}

#endif
