// MoTeC's .ld, written here byte by byte: channels of several rates and types, and files cut anywhere.
#include "logs/import/import_motec_ld.h"

#include "tests/logs/import/telemetry_test.h"

enum { ROOM = 4096 };
static char bytes[ROOM];
static int64_t size;

static void put(int64_t at, uint64_t value, int count) {
    for (int i = 0; i < count; i++) bytes[at + i] = (char)(value >> 8 * i);
}

typedef struct channel {
    const char *name, *unit;
    int kind, width, rate, shift, multiplier, scale, decimals, count;
    const double *values; // raw
} channel;

// A file of these channels, each behind the one before.
static void write_file(const channel *channels, int count) {
    memset(bytes, 0, sizeof bytes);
    put(0, 0x40, 4);
    int64_t at = 100, data = 100 + 124 * count;
    put(8, (uint64_t)at, 4);
    for (int c = 0; c < count; c++, at += 124) {
        const channel *ch = &channels[c];
        put(at + 4, c + 1 < count ? (uint64_t)at + 124 : 0, 4);
        put(at + 8, (uint64_t)data, 4), put(at + 12, (uint64_t)ch->count, 4);
        const int shorts[] = {0,         ch->kind,       ch->width, ch->rate,
                              ch->shift, ch->multiplier, ch->scale, ch->decimals};
        for (int i = 0; i < 8; i++) put(at + 16 + 2 * i, (uint64_t)shorts[i], 2);
        memcpy(bytes + at + 32, ch->name, strlen(ch->name));
        memcpy(bytes + at + 72, ch->unit, strlen(ch->unit));
        for (int i = 0; i < ch->count; i++, data += ch->width) {
            float real = (float)ch->values[i];
            uint32_t bits;
            memcpy(&bits, &real, sizeof bits);
            put(data, ch->kind == 7 && ch->width == 4 ? bits : (uint64_t)(int64_t)ch->values[i], ch->width);
        }
    }
    size = data;
}

static const double latitudes[] = {50.5, 50.75, 51}, longitudes[] = {8.5, 8.5, 8.75};
static const double speeds[] = {100, 110, 120, 130, -5}, halves[] = {0x3C00, 0x4200}, volts[] = {1, 2};
static const channel whole_file[] = {
    {"Battery", "V", 3, 2, 10, 0, 1, 1, 0, 2, volts},
    {"GPS Latitude", "deg", 7, 4, 2, 0, 1, 1, 0, 3, latitudes},
    {"GPS Longitude", "deg", 7, 4, 2, 0, 1, 1, 0, 3, longitudes},
    {"Ground Speed", "km/h", 3, 2, 3, 1, 2, 1, 1, 5, speeds}, // (raw / 10 + 1) * 2
    {"GPS Accuracy", "m", 7, 2, 1, 0, 1, 1, 0, 2, halves},
};

START_TEST(channels_of_several_rates) {
    char warned[300];
    write_file(whole_file, 5);
    tf_read("motec-ld", bytes, size, "a.ld", warned);
    ck_assert_str_eq(warned, "");
    // 2 Hz, 3 Hz and 1 Hz: at 0, 1/3, 1/2, 2/3, 1, 4/3 s.
    ck_assert_int_eq(read_file.rows, 6);
    ck_assert_double_eq_tol(tf_at(VG_QUANTITY_TIME, 1), 1 / 3.0, 1e-15);
    ck_assert(tf_at(VG_QUANTITY_TIME, 2) == 0.5 && tf_at(VG_QUANTITY_TIME, 4) == 1);
    ck_assert(tf_at(VG_QUANTITY_LATITUDE, 0) == 50.5 && isnan(tf_at(VG_QUANTITY_LATITUDE, 1)));
    ck_assert(tf_at(VG_QUANTITY_LATITUDE, 2) == 50.75 && tf_at(VG_QUANTITY_LONGITUDE, 4) == 8.75);
    ck_assert_double_eq_tol(tf_at(VG_QUANTITY_SPEED, 0), 22 / 3.6, 1e-12);
    ck_assert_double_eq_tol(tf_at(VG_QUANTITY_SPEED, 5), 1 / 3.6, 1e-12);
    ck_assert(tf_at(VG_QUANTITY_ACCURACY, 0) == 1 && tf_at(VG_QUANTITY_ACCURACY, 4) == 3 &&
              isnan(tf_at(VG_QUANTITY_ACCURACY, 5)));
    vg_telemetry_free(&read_file);
    static const double far_east[] = {174.5, 174.5, 174.5};
    channel coarse[5];
    memcpy(coarse, whole_file, sizeof coarse);
    coarse[2].values = far_east;
    write_file(coarse, 5);
    tf_read("motec-ld", bytes, size, "a.ld", warned);
    ck_assert_ptr_nonnull(
        strstr(warned, "GPS Longitude: is stored in steps of 1.5e-05 degrees, up to 1.7 m"));
    vg_telemetry_free(&read_file);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

static void refused(const char *part) { tf_refused(&vg_lap_format_motec_ld, bytes, size, part); }

START_TEST(bad_files) {
    write_file(whole_file, 5);
    tf_memory(&vg_lap_format_motec_ld, bytes, size);
    int64_t all = size;
    for (size = 0; size < all; size++) refused("file");
    size = all - 1;
    refused("file: GPS Accuracy: the file was cut off: the channel's samples lie behind its end");
    size = 300;
    refused("file: the file was cut off: a channel lies behind its end");
    write_file(whole_file, 5);
    put(100 + 4 * 124 + 4, 100, 4); // the last channel leads back to the first
    refused("file: over 4096 channels; expected their list to end");
    write_file(whole_file, 2);
    refused("file: GPS Latitude: no channel for a position");
    static const struct {
        int at, width;
        uint64_t value;
        const char *part;
    } wrong[] = {{18, 2, 9, "GPS Latitude: samples of an unknown type"},
                 {22, 2, 0, "GPS Latitude: 0 samples a second"},
                 {28, 2, 0, "GPS Latitude: a scale that makes no numbers"},
                 {30, 2, 10, "GPS Latitude: a scale that makes no numbers"},
                 {72, 3, 'V', "GPS Latitude: is in 'V'"},
                 {12, 4, 0, "GPS Latitude: no channel for a position"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        write_file(whole_file, 5);
        put(224 + wrong[i].at, wrong[i].value, wrong[i].width);
        refused(wrong[i].part);
    }
}
END_TEST

CK_MAIN("import_motec_ld", channels_of_several_rates, bad_files)
