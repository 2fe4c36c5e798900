// A road of any format: what is taken has sound points, and reads back from what each format writes to the
// same bits.
#include "tests/fuzz/fuzz_way.h"

// But for the name, which is not written: a file's own name says it. Not every format has obstacles.
static void check_same(const vg_track *a, const vg_track *b, bool obstacles) {
    size_t bytes = (size_t)a->count * sizeof(double);
    FUZZ_ASSERT(a->count == b->count && a->closed == b->closed);
    FUZZ_ASSERT(!memcmp(a->x, b->x, bytes) && !memcmp(a->y, b->y, bytes));
    FUZZ_ASSERT(!memcmp(a->right, b->right, bytes) && !memcmp(a->left, b->left, bytes));
    if (!obstacles) return;
    FUZZ_ASSERT(a->obstacle_count == b->obstacle_count);
    for (int32_t i = 0; i < a->obstacle_count; i++)
        FUZZ_ASSERT(!memcmp(&a->obstacles[i].shape, &b->obstacles[i].shape, sizeof(vg_obstacle)));
}

static void check_written(const vg_track *track) {
    const vg_track_format *format;
    for (int32_t i = 0; (format = vg_track_format_at(i)); i++) {
        vg_text text = {0};
        vg_track again;
        vg_diag diag = {0};
        if (!format->write || format->approximate) continue;
        format->write(track, &text);
        FUZZ_ASSERT(vg_track_parse(text.bytes, text.size, "again", NULL, &again, &diag) == VG_OK);
        check_same(track, &again, format->obstacles);
        vg_track_free(&again);
        vg_text_free(&text);
    }
}

// Projected points lie on the road.
static void check_road(const vg_track *track) {
    vg_diag diag = {0};
    vg_road *road;
    if (!fuzz_took(vg_track_road(track, &road, &diag), &diag)) return;
    double length = vg_road_get(road).length;
    FUZZ_ASSERT(isfinite(length) && length > 0);
    for (int32_t i = 0; i < track->count && i < 50; i++) {
        vg_road_place place = vg_road_locate(road, track->x[i], track->y[i]);
        FUZZ_ASSERT(isfinite(place.offset) && place.s >= 0 && place.s <= length);
    }
    vg_road_destroy(road);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_track track;
    int64_t live = vg_memory_live();
    char *text = fuzz_text(data, size);
    // A line without widths is a road with one.
    const vg_track_options options = {.width = size % 2 ? 4 : 0};
    if (fuzz_took(vg_track_parse_as(&options, text, (int64_t)size, "road.csv", NULL, &track, &diag), &diag)) {
        check_written(&track);
        if (fuzz_way(&track) < FUZZ_WAY) check_road(&track);
        vg_track_free(&track);
    }
    free(text);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
