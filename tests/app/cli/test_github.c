#include "app/cli/github.h"

#include "sim/base/file.h"
#include "tests/scratch.h"

static vg_diag diag;

static void summary_is(const char *path, const char *expected) {
    char *bytes;
    int64_t size;
    ck_ok(vg_file_read(path, 0, &bytes, &size, &diag));
    ck_assert_int_eq(size, (int64_t)strlen(expected));
    ck_assert_mem_eq(bytes, expected, strlen(expected));
    vg_free(bytes);
}

START_TEST(adds_to_the_summary) {
    char path[256];
    snprintf(path, sizeof path, "%s", scratch("summary.md"));
    vg_text text = {0};
    vg_text_add(&text, "# one\n");
    setenv("GITHUB_STEP_SUMMARY", path, 1);
    ck_ok(vg_github_summary(&text, &diag));
    ck_ok(vg_github_summary(&text, &diag));
    summary_is(path, "# one\n# one\n");
    setenv("GITHUB_STEP_SUMMARY", "", 1);
    ck_ok(vg_github_summary(&text, &diag));
    unsetenv("GITHUB_STEP_SUMMARY");
    ck_ok(vg_github_summary(&text, &diag));
    summary_is(path, "# one\n# one\n");
    setenv("GITHUB_STEP_SUMMARY", "/nowhere/summary.md", 1);
    ck_fails(vg_github_summary(&text, &diag), VG_ERR_IO, "GITHUB_STEP_SUMMARY cannot be written");
    vg_text_free(&text);
}
END_TEST

// stdout and stderr, each into a file of its own.
static void annotate(const char *actions, bool document, const char *out, const char *err) {
    char paths[2][256];
    snprintf(paths[0], sizeof paths[0], "%s", scratch("stdout"));
    snprintf(paths[1], sizeof paths[1], "%s", scratch("stderr"));
    vg_text text = {0};
    vg_text_add(&text, "::error::bad\n");
    if (actions)
        setenv("GITHUB_ACTIONS", actions, 1);
    else
        unsetenv("GITHUB_ACTIONS");
    ck_assert(freopen(paths[0], "w", stdout) && freopen(paths[1], "w", stderr));
    ck_ok(vg_github_annotate(&text, document, &diag));
    fflush(stdout), fflush(stderr);
    summary_is(paths[0], out);
    summary_is(paths[1], err);
    vg_text_free(&text);
}

START_TEST(annotates_only_under_actions) {
    annotate("true", false, "::error::bad\n", "");
    annotate("true", true, "", "::error::bad\n");
    annotate("false", false, "", "");
    annotate(NULL, false, "", "");
}
END_TEST

CK_MAIN("github", adds_to_the_summary, annotates_only_under_actions)
