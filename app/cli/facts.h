// app/cli/facts.h -- named facts about a file, collected as JSON.
#ifndef VG_APP_CLI_FACTS_H
#define VG_APP_CLI_FACTS_H

#include <jansson.h>

#include "sim/base/error.h"

// Named facts in the order in which they were added. If a value could not be made (no memory), `failed` is
// set.
typedef struct vg_facts {
    json_t *object;
    bool failed;
} vg_facts;

void vg_fact(vg_facts *facts, const char *name, json_t *value); // takes ownership of the value
void vg_fact_text(vg_facts *facts, const char *name, const char *format, ...) VG_PRINTF(3, 4);
void vg_fact_hash(vg_facts *facts, const char *name, uint64_t hash);

#endif
