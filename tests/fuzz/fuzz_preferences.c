// A file of preferences: what is read has two different laps in each row, no pair twice, and is written and
// read again as it is.
#include "logs/store/preferences.h"
#include "tests/fuzz/fuzz.h"

static void check(const vg_preferences *p) {
    for (int64_t i = 0; i < p->count; i++) {
        const vg_preference_row *row = &p->rows[i];
        FUZZ_ASSERT(row->left != row->right && (unsigned)row->preferred <= VG_PREFERRED_EQUAL);
        FUZZ_ASSERT(strlen(row->left_lap) < sizeof row->left_lap);
        if (p->count < 100) FUZZ_ASSERT(vg_preferences_find(p, row->right, row->left) == i);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_preferences p, again;
    int64_t live = vg_memory_live();
    char *text = fuzz_text(data, size);
    if (fuzz_took(vg_preferences_parse(text, (int64_t)size, "x", &p, &diag), &diag)) {
        check(&p);
        vg_text out = {0};
        vg_preferences_text(&p, &out);
        FUZZ_ASSERT(vg_preferences_parse(out.bytes, out.size, "x", &again, &diag) == VG_OK);
        FUZZ_ASSERT(again.count == p.count &&
                    (!p.count || memcmp(p.rows, again.rows, (size_t)p.count * sizeof *p.rows) == 0));
        vg_text_free(&out);
        vg_preferences_free(&again);
        vg_preferences_free(&p);
    }
    free(text);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
