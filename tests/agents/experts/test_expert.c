#include "agents/experts/expert.h"

#include <string.h>

#include "sim/base/file.h"
#include "tests/check.h"

START_TEST(lists_what_there_is) {
    char names[VG_EXPERT_NAMES];
    ck_assert_str_eq(vg_expert_names(names),
                     "pursuit, pursuit-noisy, human_model, line_follower and planner");
    for (int32_t i = 0; vg_expert_schema(i); i++) ck_assert(vg_expert_known(vg_expert_schema(i)->name));
    ck_assert_ptr_null(vg_expert_schema(-1));
    ck_assert(vg_expert_known("human_model:noise=0"));
    ck_assert(!vg_expert_known("human"));
    ck_assert(!vg_expert_known("pursuit-noisier"));
}
END_TEST

// "a, b" for the choices "a|b".
static const char *words_of(const vg_key *key, char words[200]) {
    size_t used = 0;
    for (const char *c = key->choices; *c; c++)
        used += (size_t)snprintf(words + used, 200 - used, *c == '|' ? ", " : "%c", *c);
    return words;
}

// docs/experts.md has every setting with its unit, range and default as the schema has them.
START_TEST(the_page_has_every_setting) {
    vg_diag diag;
    char *page, row[400], least[32], most[32], words[200];
    int64_t size;
    ck_ok(vg_file_read(VG_ROOT "/docs/experts.md", 1 << 20, &page, &size, &diag));
    for (int32_t i = 0; vg_expert_schema(i); i++)
        for (int32_t k = 0; k < vg_expert_schema(i)->count; k++) {
            const vg_key *key = &vg_expert_schema(i)->keys[k];
            if (key->type == VG_KEY_TEXT)
                snprintf(row, sizeof row, "| `%s` | %s |", key->name, key->standard);
            else if (key->type == VG_KEY_CHOICE)
                snprintf(row, sizeof row, "| `%s` |  | %s | %s |", key->name, words_of(key, words),
                         key->standard);
            else
                snprintf(row, sizeof row, "| `%s` | %s | %s to %s | %s |", key->name,
                         strcmp(key->unit, "1") == 0 ? "" : key->unit, vg_format_double(key->least, least),
                         vg_format_double(key->most, most), key->standard);
            if (!strstr(page, row)) ck_abort_msg("docs/experts.md has no row %s", row);
        }
    vg_free(page);
}
END_TEST

START_TEST(a_setting_given_twice) {
    vg_policy *policy;
    vg_diag diag;
    ck_fails(vg_expert_create("human_model:noise=0,reaction=0.2,noise=0.03", &policy, &diag), VG_ERR_FORMAT,
             "human_model: noise: is set twice; expected one value");
    ck_assert_ptr_null(policy);
    ck_fails(vg_expert_create("human_model:config=a,config=b", &policy, &diag), VG_ERR_NOT_FOUND, "a");
    // A key may end like another one.
    ck_ok(vg_expert_create("human_model:reaction=0,noise=0", &policy, &diag));
    vg_policy_destroy(policy);
}
END_TEST

CK_MAIN("expert", a_setting_given_twice, lists_what_there_is, the_page_has_every_setting)
