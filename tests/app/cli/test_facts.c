#include "app/cli/facts.h"

#include "tests/check.h"

START_TEST(keeps_facts_in_the_order_they_were_told) {
    vg_facts facts = {.object = json_object()};
    vg_fact(&facts, "rows", json_integer(3));
    vg_fact_text(&facts, "car", "%s-%d", "kart", 2);
    vg_fact_hash(&facts, "hash", 0xabc);
    ck_assert(!facts.failed);
    char *text = json_dumps(facts.object, JSON_COMPACT);
    ck_assert_str_eq(text, "{\"rows\":3,\"car\":\"kart-2\",\"hash\":\"0000000000000abc\"}");
    free(text);
    json_decref(facts.object);
}
END_TEST

START_TEST(remembers_a_value_that_could_not_be_made) {
    vg_facts facts = {.object = json_object()};
    vg_fact(&facts, "rows", NULL);
    vg_fact(&facts, "good", json_true());
    ck_assert(facts.failed);
    json_decref(facts.object);
}
END_TEST

CK_MAIN("facts", keeps_facts_in_the_order_they_were_told, remembers_a_value_that_could_not_be_made)
