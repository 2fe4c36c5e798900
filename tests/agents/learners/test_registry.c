#include "agents/learners/registry.h"

#include <string.h>

#include "tests/scratch.h"

static vg_diag diag;

START_TEST(finds_each_by_its_name) {
    const vg_learner *found;
    int32_t count = 0;
    for (const vg_learner *learner; (learner = vg_learner_at(count)); count++) {
        ck_ok(vg_learner_find(learner->name, &found, &diag));
        ck_assert(found == learner);
        ck_assert_str_eq(learner->schema->name, learner->name);
    }
    ck_assert(count >= 4 && !vg_learner_at(-1));
    ck_fails(vg_learner_find("sonar", &found, &diag), VG_ERR_NOT_FOUND,
             "no learner 'sonar'; there are: bc, ");
}
END_TEST

// Each learner's keys are at different places within its configuration, and each default has its stated
// value.
START_TEST(keys_do_not_overlap) {
    for (int32_t l = 0; vg_learner_at(l); l++) {
        const vg_learner *learner = vg_learner_at(l);
        const vg_schema *schema = learner->schema;
        void *config = vg_alloc(1, learner->config_size);
        char value[VG_KEY_LIST_SIZE];
        vg_config_default(schema, config);
        ck_ok(vg_config_check(schema, config, &diag));
        for (int32_t i = 0; i < schema->count; i++) {
            const vg_key *key = &schema->keys[i];
            ck_assert(key->at < learner->config_size);
            ck_assert_str_eq(vg_config_value(key, config, value), key->standard);
            for (int32_t k = 0; k < i; k++)
                ck_assert(key->at != schema->keys[k].at && strcmp(key->name, schema->keys[k].name) != 0);
        }
        vg_free(config);
    }
}
END_TEST

// What the help needs.
START_TEST(each_says_what_it_is) {
    const vg_learner *learner;
    for (int32_t i = 0; (learner = vg_learner_at(i)); i++) {
        ck_assert(learner->summary && learner->details && learner->round && learner->train);
        ck_assert_ptr_null(strchr(learner->summary, '\n'));
        char command[80];
        snprintf(command, sizeof command, "verge train %s ", learner->name);
        ck_assert_ptr_nonnull(strstr(learner->examples, command));
    }
}
END_TEST

CK_MAIN("learners", finds_each_by_its_name, keys_do_not_overlap, each_says_what_it_is)
