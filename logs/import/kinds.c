#include "logs/import/kinds.h"

#include <stdbool.h>
#include <string.h>

#include "logs/import/text_formats.h"
#include "sim/base/xml_read.h"

// The first bytes of binary files. X(bytes, their number, sentence)
#define MAGIC(X)                                                                                             \
    X("PK\x03\x04", 4,                                                                                       \
      "is a zip archive (RaceChrono's .rcz and Google's .kmz are, too); expected the CSV that its program "  \
      "exports")                                                                                             \
    X("\x1F\x8B", 2, "is compressed by gzip; expected it unpacked")                                          \
    X("BZh", 3, "is compressed by bzip2; expected it unpacked")                                              \
    X("\xFD"                                                                                                 \
      "7zXZ",                                                                                                \
      5, "is compressed by xz; expected it unpacked")                                                        \
    X("SQLite format 3", 15, "is an SQLite file, as verge's own logs are; expected telemetry")               \
    X("\x89PNG", 4, "is a picture; expected telemetry")                                                      \
    X("\xFF\xD8\xFF", 3, "is a picture; expected telemetry")                                                 \
    X("%PDF", 4, "is a PDF; expected telemetry")                                                             \
    X("PAR1", 4, "is Parquet; expected it as CSV")                                                           \
    X("\x89HDF", 4, "is HDF5; expected it as CSV")                                                           \
    X("#ROSBAG", 7, "is a ROS bag; expected its poses as CSV")                                               \
    X("\xFF\xFE", 2, "is text as UTF-16; expected UTF-8 (iconv -f UTF-16 -t UTF-8)")                         \
    X("\xFE\xFF", 2, "is text as UTF-16; expected UTF-8 (iconv -f UTF-16 -t UTF-8)")                         \
    X("$GP", 3, "is NMEA 0183 of a receiver; expected GPX or CSV, which its program exports")                \
    X("$GN", 3, "is NMEA 0183 of a receiver; expected GPX or CSV, which its program exports")

// XML by its first element. X(name, sentence)
#define ROOTS(X)                                                                                             \
    X("kml", "is KML: places without times, which can be a road (--road) but no lap; expected GPX or CSV "   \
             "with times")                                                                                   \
    X("OpenDRIVE", "is OpenDRIVE: a road (--road), not a lap")                                               \
    X("osm", "is an OpenStreetMap or Lanelet2 file: a road (--road), not a lap")                             \
    X("params", "is a TORCS track: a road (--road), not a lap")                                              \
    X("TrainingCenterDatabase", "is Garmin's TCX; expected GPX with times, which its program exports")

// Text that holds all of these words. X(words, sentence)
#define TEXTS(X)                                                                                             \
    X("cam/image_array|user/angle",                                                                          \
      "is a Donkeycar tub: pictures, steering and throttle, but no positions, so there is no lap to follow") \
    X("\"catalog_manifests\"",                                                                               \
      "is a Donkeycar tub: pictures, steering and throttle, but no positions, so there is no lap to follow") \
    X("cam/image_array|image_array",                                                                         \
      "is a Donkeycar tub: pictures, steering and throttle, but no positions, so there is no lap to follow") \
    X("center,left,right,steering", "is Udacity's driving_log.csv: pictures, steering, pedals and speed, "   \
                                    "but no positions, so there is no lap to follow")                        \
    X("center_20|left_20|right_20|.jpg", "is Udacity's driving_log.csv: pictures, steering, pedals and "     \
                                         "speed, but no positions, so there is no lap to follow")            \
    X("TRACK_EDGE_0|TRACK_POSITION",                                                                         \
      "holds the sensors of TORCS (SCR): places across the road and distances to its edges, but no "         \
      "positions, so there is no lap to follow")                                                             \
    X("trackPos|wheelSpinVel", "holds the sensors of TORCS (SCR): places across the road and distances to "  \
                               "its edges, but no positions, so there is no lap to follow")                  \
    X("\"FeatureCollection\"", "is GeoJSON: places without times, which can be a road (--road) but no lap; " \
                               "expected GPX or CSV with times")                                             \
    X("w_tr_right_m", "is a road as TUM writes it: give it to --road")                                       \
    X("<!DOCTYPE html", "is a web page, perhaps of a failed download; expected telemetry")

static bool begins(const char *head, int64_t size, const char *bytes, int64_t count) {
    return size >= count && memcmp(head, bytes, (size_t)count) == 0;
}

static bool holds(const char *head, int64_t size, const char *words) {
    char word[64];
    for (; *words; words += *words == '|') {
        size_t length = strcspn(words, "|");
        memcpy(word, words, length);
        word[length] = 0;
        if (!vg_head_has(head, size, word)) return false;
        words += length;
    }
    return true;
}

const char *vg_foreign_kind(const char *head, int64_t size) {
#define X(bytes, count, sentence)                                                                            \
    if (begins(head, size, bytes, count)) return sentence;
    MAGIC(X)
#undef X
#define X(root, sentence)                                                                                    \
    if (vg_xml_begins(head, size, root)) return sentence;
    ROOTS(X)
#undef X
#define X(words, sentence)                                                                                   \
    if (holds(head, size, words)) return sentence;
    TEXTS(X)
#undef X
    return NULL;
}
