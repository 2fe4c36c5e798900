#include "logs/import/text_formats.h"

#include <string.h>
#include <strings.h>

#include "logs/import/import_map.h"

bool vg_head_has(const char *head, int64_t size, const char *word) {
    int64_t length = (int64_t)strlen(word);
    for (int64_t i = 0; i + length <= size; i++)
        if (strncasecmp(head + i, word, (size_t)length) == 0) return true;
    return false;
}

// Do these bytes hold all of the words, separated by '|', and no zero byte?
static bool has_all(const char *head, int64_t size, const char *words) {
    if (memchr(head, 0, (size_t)size)) return false;
    char word[64];
    while (*words) {
        size_t length = strcspn(words, "|");
        memcpy(word, words, length);
        word[length] = 0;
        if (!vg_head_has(head, size, word)) return false;
        words += length + (words[length] == '|');
    }
    return true;
}

// X(C name, name, endings, a file's name, words that all of its files begin
// with, summary, help)
#define TEXT_FORMATS(X)                                                                                      \
    X(fastf1, "fastf1", "csv", "VER-*.csv", "SessionTime|nGear|Source",                                      \
      "telemetry of FastF1, as pandas writes it",                                                            \
      "Positions in tenths of a metre, speeds in km/h. Where there is a column Source, only the position\n"  \
      "fixes count as positions: the others were made up between them.")                                     \
    X(racechrono, "racechrono", "csv", "session.csv", "created using RaceChrono",                            \
      "CSV of RaceChrono, versions 2 and 3", "Where a name repeats, the receiver's own column is taken.")    \
    X(vbox, "vbox", "vbo", "session.vbo", "[column names]|lat|long", "Racelogic VBOX text",                  \
      "Positions in minutes of arc, times as hhmmss, speeds in km/h, or in what agrees with the positions.") \
    X(trackaddict, "trackaddict", "csv", "Log-*.csv", "RaceRender Data|GPS_Update",                          \
      "TrackAddict and RaceRender", "Only rows with a new fix (GPS_Update) count as positions.")             \
    X(aim, "aim", "csv", "session.csv", "AIM CSV File", "CSV of AiM RaceStudio 2 and 3",                     \
      "Laps are cut at the times of its line \"Beacon Markers\".")                                           \
    X(motec_csv, "motec-csv", "csv", "session.csv", "MoTeC CSV File", "CSV of MoTeC i2",                     \
      "Laps are cut at the times of its line \"Beacon Markers\".")                                           \
    X(deepracer, "deepracer", "csv", "trace.csv", "episode|closest_waypoint",                                \
      "AWS DeepRacer's steps, one drive an episode",                                                         \
      "Metres, degrees counter-clockwise. What was asked of wheels and motor is left out.")                  \
    X(ngsim, "ngsim", "csv", "us-101.csv", "Vehicle_ID|Global_Time|Local_X",                                 \
      "NGSIM's trajectories, one drive a vehicle",                                                           \
      "Feet become metres. The text files without a header: verge import csv --map ngsim-txt.")

#define EXAMPLE(name, files) "verge import " name " " files " --road circuit.csv --car kart --out laps.vlog"

#define X(id, name, endings, files, words, summary, help)                                                    \
    static bool sniff_##id(const char *head, int64_t size) { return has_all(head, size, words); }            \
    static vg_err read_##id(const vg_telemetry_source *source, vg_telemetry *out, vg_diag *diag) {           \
        return vg_map_read_named(name, source, out, diag);                                                   \
    }                                                                                                        \
    const vg_lap_format vg_lap_format_##id = {                                                               \
        .about = {name, endings, summary, help, EXAMPLE(name, files), sniff_##id}, .read = read_##id};
TEXT_FORMATS(X)
#undef X

// Names of a time and a position, in a file that is none of the other formats'.
static bool sniff_csv(const char *head, int64_t size) {
    static const char *const words[] = {"t_s|x_m", "lat|lon|time", "lat|lon|utc", "lat|lon|t_s"};
    int64_t at = 0;
    while (at < size && head[at] && strchr(" \t\r\n", head[at])) at++;
    if (at == size || head[at] == '<' || head[at] == '{' || head[at] == '[') return false;
#define X(id, ...)                                                                                           \
    if (sniff_##id(head, size)) return false;
    TEXT_FORMATS(X)
#undef X
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (has_all(head, size, words[i])) return true;
    return false;
}

static vg_err read_csv(const vg_telemetry_source *source, vg_telemetry *out, vg_diag *diag) {
    return vg_map_read_named(source->map ? source->map : "csv", source, out, diag);
}

const vg_lap_format vg_lap_format_csv = {
    .about =
        {.name = "csv",
         .endings = "csv txt",
         .summary = "laps as CSV, or any text that a column map explains (--map)",
         .help =
             "Columns: t_s,x_m,y_m[,heading_rad][,speed_mps][,steer][,throttle][,brake][,lap], or "
             "latitude_deg\n"
             "and longitude_deg for a position, in any order. Common other names, units in a name or below "
             "it,\n"
             "';', tabs, quotes, comments and decimal commas are taken too. Columns of other names are left\n"
             "out with a warning. For any other text: --map FILE, a column map (docs/formats.md).",
         .examples = EXAMPLE("csv", "lap*.csv"),
         .sniff = sniff_csv},
    .takes_map = true,
    .read = read_csv,
};
