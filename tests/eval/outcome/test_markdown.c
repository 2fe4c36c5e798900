#include "eval/outcome/markdown.h"

#include "tests/check.h"

START_TEST(nothing_ends_the_span_too_early) {
    const char *const cases[][2] = {{"plain", "`plain`"},      {"a`b", "`` a`b ``"},
                                    {"``", "``` `` ```"},      {"", "`  `"},
                                    {" x", "`  x `"},          {"<b> [l](u) @you", "`<b> [l](u) @you`"},
                                    {"a\n# b\033", "`a # b `"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vg_text out = {0};
        vg_markdown_code(&out, cases[i][0]);
        ck_assert_str_eq(out.bytes, cases[i][1]);
        vg_text_free(&out);
    }
}
END_TEST

CK_MAIN("markdown", nothing_ends_the_span_too_early)
