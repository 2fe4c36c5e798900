#include "app/cli/facts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/hash.h"
#include "sim/base/text.h"

void vg_fact(vg_facts *facts, const char *name, json_t *value) {
    if (json_object_set_new(facts->object, name, value)) facts->failed = true;
}

void vg_fact_text(vg_facts *facts, const char *name, const char *format, ...) {
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    vg_make_harmless(text, (int64_t)strlen(text),
                     true); // jansson takes UTF-8 only, and a file's name may be none
    vg_fact(facts, name, json_string(text));
}

void vg_fact_hash(vg_facts *facts, const char *name, uint64_t hash) {
    char digits[17];
    vg_fact(facts, name, json_string(vg_hash_format(hash, digits)));
}
