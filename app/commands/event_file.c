#include "app/commands/event_file.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#include "sim/base/file.h"
#include "sim/base/memory.h"

uint32_t vg_crc32c(const void *bytes, int64_t size) {
    const uint8_t *at = bytes;
    uint32_t crc = 0xffffffffu;
    for (int64_t i = 0; i < size; i++) {
        crc ^= at[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
    }
    return ~crc;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void vg_event_file_name(const char *folder, char *path) {
    snprintf(path, 1024, "%s/events.out.tfevents.%lld.verge", folder, (long long)now());
}

#ifdef VG_WITH_TENSORBOARD
#include "app/commands/tensorboard.pb-c.h"

enum { VALUES_MOST = 64, SECONDS_BETWEEN = 2 };

static void add_number(vg_text *text, uint64_t value, int bytes) {
    char out[8];
    for (int i = 0; i < bytes; i++) out[i] = (char)(value >> 8 * i);
    vg_text_bytes(text, out, bytes);
}

// A checksum that may itself be part of what is summed (TensorFlow, lib/hash/crc32c.h).
static uint32_t masked(const void *bytes, int64_t size) {
    uint32_t crc = vg_crc32c(bytes, size);
    return (crc >> 15 | crc << 17) + 0xa282ead8u;
}

static void add_event(vg_text *text, const VergeTensorboard__Event *event) {
    size_t size = verge_tensorboard__event__get_packed_size(event);
    uint8_t *packed = vg_new(uint8_t, (int64_t)size), length[8];
    if (!packed) {
        text->failed = true;
        return;
    }
    verge_tensorboard__event__pack(event, packed);
    for (int i = 0; i < 8; i++) length[i] = (uint8_t)((uint64_t)size >> 8 * i);
    vg_text_bytes(text, length, 8);
    add_number(text, masked(length, 8), 4);
    vg_text_bytes(text, packed, (int64_t)size);
    add_number(text, masked(packed, (int64_t)size), 4);
    vg_free(packed);
}

static void begin(vg_text *text) {
    VergeTensorboard__Event event = VERGE_TENSORBOARD__EVENT__INIT;
    event.wall_time = now();
    event.what_case = VERGE_TENSORBOARD__EVENT__WHAT_FILE_VERSION;
    event.file_version = (char *)"brain.Event:2";
    add_event(text, &event);
}

static void write(vg_event_file *file) {
    file->written = now();
    if (!file->err)
        file->err = file->bytes.failed ? vg_fail_memory(file->diag)
                                       : vg_file_write(file->path, file->bytes.bytes, file->bytes.size,
                                                       VG_REPLACE, file->diag);
}

void vg_event_file_round(vg_event_file *file, const vg_learner_round *round) {
    VergeTensorboard__Summary summary = VERGE_TENSORBOARD__SUMMARY__INIT;
    VergeTensorboard__Summary__Value values[VALUES_MOST], *list[VALUES_MOST];
    char tags[VALUES_MOST][64];
    if (file->bytes.size == 0) begin(&file->bytes);
    for (int32_t i = 0; i < round->count && summary.n_value < VALUES_MOST; i++) {
        if (!isfinite(round->values[i])) continue;
        size_t n = summary.n_value++;
        verge_tensorboard__summary__value__init(&values[n]);
        snprintf(tags[n], sizeof tags[n], "training/%s", round->names[i]);
        values[n].tag = tags[n];
        values[n].simple_value = (float)round->values[i];
        list[n] = &values[n];
    }
    summary.value = list;
    VergeTensorboard__Event event = VERGE_TENSORBOARD__EVENT__INIT;
    event.wall_time = now();
    event.step = round->round + 1;
    event.what_case = VERGE_TENSORBOARD__EVENT__WHAT_SUMMARY;
    event.summary = &summary;
    add_event(&file->bytes, &event);
    if (now() - file->written >= SECONDS_BETWEEN) write(file);
}

vg_err vg_event_file_end(vg_event_file *file) {
    if (file->bytes.size) write(file);
    vg_text_free(&file->bytes);
    return file->err;
}

#else

void vg_event_file_round(vg_event_file *file, const vg_learner_round *round) {
    (void)round;
    file->bytes.failed = true;
}

vg_err vg_event_file_end(vg_event_file *file) {
    if (!file->bytes.failed) return VG_OK;
    return vg_fail_at(file->diag, VG_ERR_ARGUMENT, file->path, 0, NULL,
                      "this verge was built without protobuf-c, and cannot write event files");
}

#endif
