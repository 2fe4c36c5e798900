#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/blocks.h"
#include "sim/base/file.h"
#include "sim/base/memory.h"
#include "sim/sense_obstacles.h"
#include "sim/sense_private.h"

static const struct {
    const char *name;
    int32_t alone,
        each; // values if there is no list of look-aheads (0: a list is needed); values per look-ahead (0:
              // none allowed)
} features[VG_FEATURE_COUNT] = {
#define X(name, alone, each) {#name, alone, each},
    VG_SENSE_FEATURES(X)
#undef X
};

#define KNOWN                                                                                                \
    "known: offset, heading, speed, steer, accel, previous, width, width@0:10, curvature@0:5:0.5s, "         \
    "lidar@32x180deg:50m, obstacles@2"

// --- parsing ---------------------------------------------------------------------------------------------

enum { WORD = 32 };

// Get the next piece of *at, up to any of `stops`, into word. False if it is empty or too long.
static bool next_word(const char **at, const char *stops, char word[WORD]) {
    size_t length = strcspn(*at, stops);
    bool good = length > 0 && length < WORD;
    if (good) {
        memcpy(word, *at, length);
        word[length] = 0;
    }
    *at += length;
    return good;
}

// "3", "3m" or "0.5s".
static bool parse_distance(char *word, float *metres, float *seconds) {
    size_t length = strlen(word);
    bool time = length > 1 && word[length - 1] == 's';
    if (time || (length > 1 && word[length - 1] == 'm')) word[length - 1] = 0;
    double value;
    if (!vg_parse_double(word, &value) || value < 0 || value > (time ? 60 : 5000)) return false;
    *metres = time ? 0 : (float)value;
    *seconds = time ? (float)value : 0;
    return true;
}

static vg_err parse_ahead(vg_sense *sense, vg_sense_part *part, const char **at, int32_t *used,
                          vg_diag *diag) {
    char word[WORD];
    part->first = *used;
    do {
        (*at)++; // '@' or ':'
        const char *begin = *at;
        bool good = next_word(at, ":,", word);
        if (!good || !parse_distance(word, &sense->metres[*used], &sense->seconds[*used]))
            return vg_fail_at(
                diag, VG_ERR_FORMAT, NULL, 0, "sense",
                "look-ahead '%.*s' of '%s' is not 0 to 5000 metres (3) or 0 to 60 seconds (0.5s)",
                (int)(*at - begin), begin, features[part->feature].name);
        (*used)++;
        part->count++;
    } while (**at == ':' && *used < VG_SENSE_MOST);
    part->size = part->count * features[part->feature].each;
    return VG_OK;
}

static void set_beams(vg_sense *sense, const vg_sense_part *part) {
    int32_t n = part->count;
    double whole = part->degrees * (VG_PI / 180), first = n < 2 ? 0 : -whole / 2;
    double step = n < 2 ? 1 : whole / (part->degrees < 360 ? n - 1 : n);
    sense->first_beam = (float)first;
    sense->beams_a_radian = (float)(1 / step);
    for (int32_t b = 0; b < n; b++) {
        double sine, cosine;
        vg_sincos(first + b * step, &sine, &cosine);
        sense->beam_x[b] = (float)cosine;
        sense->beam_y[b] = (float)sine;
    }
}

// "@32x180deg:50m"
static vg_err parse_lidar(vg_sense *sense, vg_sense_part *part, const char **at, vg_diag *diag) {
    char beams[WORD] = "", degrees[WORD] = "", range[WORD] = "";
    const char *begin = *at;
    double wide = 0, far = 0;
    int64_t count = 0;
    bool good = **at == '@';
    if (good) (*at)++, good = next_word(at, "x,", beams) && **at == 'x';
    if (good) (*at)++, good = next_word(at, "d:,", degrees) && strncmp(*at, "deg:", 4) == 0;
    if (good) (*at) += 4, good = next_word(at, "m,", range) && **at == 'm';
    if (good) (*at)++;
    good = good && vg_parse_int(beams, &count) && vg_parse_double(degrees, &wide) &&
           vg_parse_double(range, &far);
    if (!good || count < 1 || count > VG_BEAMS_MOST || !(wide > 0 && wide <= 360) ||
        !(far >= 1 && far <= 1000))
        return vg_fail_at(
            diag, VG_ERR_FORMAT, NULL, 0, "sense",
            "'%.40s' after lidar, expected beams, angle and range such as @32x180deg:50m (1 to %d "
            "beams, up to 360 degrees, 1 to 1000 m)",
            begin, VG_BEAMS_MOST);
    part->size = part->count = (int32_t)count;
    part->degrees = (float)wide;
    part->range = (float)far;
    set_beams(sense, part);
    return VG_OK;
}

// "@2"
static vg_err parse_obstacles(vg_sense_part *part, const char **at, vg_diag *diag) {
    char number[WORD] = "";
    const char *begin = *at;
    int64_t count = 0;
    bool good = **at == '@';
    if (good) (*at)++, good = next_word(at, ",", number) && vg_parse_int(number, &count);
    if (!good || count < 1 || count > VG_SENSE_OBSTACLES)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "sense",
                          "'%.40s' after obstacles, expected how many, such as @2 (1 to %d)", begin,
                          VG_SENSE_OBSTACLES);
    part->count = (int32_t)count;
    part->size = part->count * VG_OBSTACLE_VALUES;
    return VG_OK;
}

static vg_err parse_part(vg_sense *sense, const char **at, int32_t *used, vg_diag *diag) {
    char word[WORD] = "";
    const char *begin = *at;
    bool good = next_word(at, "@,", word);
    int32_t f = 0;
    while (good && f < VG_FEATURE_COUNT && strcmp(word, features[f].name) != 0) f++;
    if (!good || f == VG_FEATURE_COUNT)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "sense", "unknown feature '%.*s'; " KNOWN,
                          (int)(*at - begin), begin);
    for (int32_t p = 0; p < sense->part_count; p++)
        if ((int32_t)sense->parts[p].feature == f)
            return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "sense", "'%s' is given twice", word);
    vg_sense_part *part = &sense->parts[sense->part_count++];
    *part = (vg_sense_part){.feature = (vg_feature)f, .column = sense->size, .size = features[f].alone};
    vg_err err = VG_OK;
    if (f == VG_FEATURE_lidar) {
        err = parse_lidar(sense, part, at, diag);
    } else if (f == VG_FEATURE_obstacles) {
        err = parse_obstacles(part, at, diag);
    } else if (**at == '@' && features[f].each > 0) {
        err = parse_ahead(sense, part, at, used, diag);
    } else if (**at == '@') {
        err = vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "sense", "'%s' takes no look-ahead", word);
    } else if (features[f].alone == 0) {
        err = vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "sense", "'%s' needs look-aheads, such as %s@0:5:10",
                         word, word);
    } else if (part->feature == VG_FEATURE_width) { // without a list: a look-ahead of 0
        part->first = (*used)++;
        part->count = 1;
    }
    sense->size += part->size;
    if (!err && (sense->size > VG_SENSE_MOST || (**at != ',' && **at != 0)))
        err = vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "sense",
                         "'%.40s' is not allowed there, or makes more than %d values", begin, VG_SENSE_MOST);
    return err;
}

// --- spelling --------------------------------------------------------------------------------------------

static void spell_part(const vg_sense *sense, const vg_sense_part *part, vg_text *text) {
    char a[32], b[32];
    vg_text_add(text, "%s%s", text->size ? "," : "", features[part->feature].name);
    if (part->feature == VG_FEATURE_lidar) {
        vg_text_add(text, "@%dx%sdeg:%sm", part->count, vg_format_float(part->degrees, a),
                    vg_format_float(part->range, b));
        return;
    }
    if (part->feature == VG_FEATURE_obstacles) {
        vg_text_add(text, "@%d", part->count);
        return;
    }
    bool here = part->feature == VG_FEATURE_width && part->count == 1 && sense->metres[part->first] == 0 &&
                sense->seconds[part->first] == 0;
    for (int32_t j = part->first; !here && j < part->first + part->count; j++)
        vg_text_add(text, "%c%s%s", j == part->first ? '@' : ':',
                    vg_format_float(sense->seconds[j] > 0 ? sense->seconds[j] : sense->metres[j], a),
                    sense->seconds[j] > 0 ? "s" : "");
}

char *vg_sense_column(const vg_sense *sense, int32_t i, char *buffer) {
    enum { SIZE = 48 };
    const vg_sense_part *part = sense->parts;
    while (i >= part->column + part->size) part++;
    int32_t k = i - part->column;
    const char *name = features[part->feature].name;
    if (part->size == 1 && part->feature != VG_FEATURE_curvature && part->feature != VG_FEATURE_lidar) {
        snprintf(buffer, SIZE, "%s", name);
    } else if (part->feature == VG_FEATURE_lidar) {
        snprintf(buffer, SIZE, "lidar@%d", k);
    } else if (part->feature == VG_FEATURE_obstacles) {
        static const char *const values[VG_OBSTACLE_VALUES] = {"along", "across", "radius"};
        snprintf(buffer, SIZE, "obstacles.%s@%d", values[k % VG_OBSTACLE_VALUES], k / VG_OBSTACLE_VALUES);
    } else if (part->feature == VG_FEATURE_previous) {
        snprintf(buffer, SIZE, "previous.%s", k ? "acceleration" : "steering");
    } else {
        int32_t each = features[part->feature].each, j = part->first + k / each;
        char number[32];
        vg_format_float(sense->seconds[j] > 0 ? sense->seconds[j] : sense->metres[j], number);
        snprintf(buffer, SIZE, "%s%s@%s%s", name,
                 each == 1 ? ""
                 : k % 2   ? ".right"
                           : ".left",
                 number, sense->seconds[j] > 0 ? "s" : "");
    }
    return buffer;
}

// --- the public face -------------------------------------------------------------------------------------

vg_err vg_sense_create(const char *text, vg_sense **out, vg_diag *diag) {
    *out = NULL;
    vg_sense *sense = vg_new(vg_sense, 1);
    if (!sense) return vg_fail_memory(diag);
    const char *at = text;
    int32_t used = 0;
    vg_err err = VG_OK;
    do {
        if (at != text) at++; // the comma
        err = parse_part(sense, &at, &used, diag);
    } while (!err && *at == ',');
    vg_text spelled = {0};
    for (int32_t p = 0; !err && p < sense->part_count; p++) spell_part(sense, &sense->parts[p], &spelled);
    if (!err && spelled.failed) err = vg_fail_memory(diag);
    if (!err && !(sense->text = vg_strdup(spelled.bytes))) err = vg_fail_memory(diag);
    vg_text_free(&spelled);
    if (err)
        vg_sense_destroy(sense);
    else
        *out = sense;
    return err;
}

void vg_sense_destroy(vg_sense *sense) {
    if (!sense) return;
    vg_free(sense->text);
    vg_free(sense);
}

int32_t vg_sense_size(const vg_sense *sense) { return sense->size; }
const char *vg_sense_text(const vg_sense *sense) { return sense->text; }

double vg_sense_sight(const vg_sense *sense, double speed) {
    double farthest = 0;
    for (int32_t p = 0; p < sense->part_count; p++) {
        const vg_sense_part *part = &sense->parts[p];
        bool lidar = part->feature == VG_FEATURE_lidar, obstacles = part->feature == VG_FEATURE_obstacles;
        if (lidar) farthest = fmax(farthest, (double)part->range);
        if (obstacles) farthest = fmax(farthest, VG_OBSTACLE_SIGHT);
        for (int32_t j = part->first; !lidar && !obstacles && j < part->first + part->count; j++)
            farthest = fmax(farthest, (double)sense->metres[j] + (double)sense->seconds[j] * speed);
    }
    return farthest;
}

typedef struct work {
    const vg_sense *sense;
    const vg_world *world;
    const vg_sense_kernel *kernel;
    float *out;
    bool obstacles; // something of them may be sensed
} work;

// What is sensed of obstacles, into a car's row that the kernel has filled.
static void observe_obstacles(const vg_sense *sense, const vg_world *world, int32_t i, float *row) {
    for (int32_t p = 0; p < sense->part_count; p++) {
        const vg_sense_part *part = &sense->parts[p];
        if (part->feature == VG_FEATURE_obstacles)
            vg_sense_nearest(world, i, part->count, row + part->column);
        if (part->feature == VG_FEATURE_lidar && world->road[i]->obstacle_count > 0)
            vg_sense_cut_beams(world, i, sense->beam_x, sense->beam_y, part->count, part->range,
                               row + part->column);
    }
}

static vg_err observe_block(void *context, int64_t block, int64_t begin, int64_t end) {
    (void)block;
    const work *job = context;
    job->kernel->observe(job->sense, job->world, (int32_t)begin, (int32_t)end,
                         job->out + begin * job->sense->size);
    for (int64_t i = begin; i < end && job->obstacles; i++)
        observe_obstacles(job->sense, job->world, (int32_t)i, job->out + i * job->sense->size);
    return VG_OK;
}

void vg_sense_observe(const vg_sense *sense, const vg_world *world, float *out) {
    work job = {sense, world, VG_HOT_PICK(vg_sense_kernel_table), out, world->obstructed};
    for (int32_t p = 0; p < sense->part_count; p++)
        job.obstacles |= sense->parts[p].feature == VG_FEATURE_obstacles;
    vg_err none = vg_blocks_run(world->count, VG_WORLD_BLOCK, world->threads, observe_block, &job);
    (void)none; // a block cannot fail
}

void vg_sense_physical(const vg_sense *sense, const vg_car *car, float *scale) {
    for (int32_t p = 0; p < sense->part_count; p++) {
        const vg_sense_part *part = &sense->parts[p];
        float s = 1;
        switch (part->feature) {
        case VG_FEATURE_offset:
        case VG_FEATURE_width: s = 1 / (5 * vg_car_scale(car)); break;
        case VG_FEATURE_speed: s = 1 / car->speed_max; break;
        case VG_FEATURE_steer: s = 1 / car->steer_max; break;
        case VG_FEATURE_accel: s = 1 / car->brake_max; break;
        case VG_FEATURE_curvature: s = 20 * vg_car_scale(car); break;
        case VG_FEATURE_lidar: s = 1 / part->range; break;
        case VG_FEATURE_obstacles: s = 1 / (5 * vg_car_scale(car)); break;
        case VG_FEATURE_heading:
        case VG_FEATURE_previous:
        case VG_FEATURE_COUNT: break;
        }
        for (int32_t k = 0; k < part->size; k++) scale[part->column + k] = s;
        for (int32_t k = 0; part->feature == VG_FEATURE_obstacles && k < part->size; k += VG_OBSTACLE_VALUES)
            scale[part->column + k] = s / 5; // along
    }
}

// A float, not below pi: of a heading that is rounded to float.
static const float half_turn = 3.14159274f;

void vg_sense_bounds(const vg_sense *sense, const vg_car *car, float *low, float *high) {
    for (int32_t p = 0; p < sense->part_count; p++) {
        const vg_sense_part *part = &sense->parts[p];
        float least = -INFINITY, most = INFINITY;
        switch (part->feature) {
        case VG_FEATURE_heading: least = -half_turn, most = half_turn; break;
        case VG_FEATURE_speed: least = 0, most = car->speed_max; break;
        case VG_FEATURE_steer: least = -car->steer_max, most = car->steer_max; break;
        case VG_FEATURE_width: least = 0; break;
        case VG_FEATURE_previous: least = -1, most = 1; break;
        case VG_FEATURE_lidar: least = 0, most = part->range; break;
        case VG_FEATURE_offset:
        case VG_FEATURE_accel:
        case VG_FEATURE_curvature:
        case VG_FEATURE_obstacles:
        case VG_FEATURE_COUNT: break;
        }
        for (int32_t k = 0; k < part->size; k++) low[part->column + k] = least, high[part->column + k] = most;
        for (int32_t k = 0; part->feature == VG_FEATURE_obstacles && k < part->size;
             k += VG_OBSTACLE_VALUES) {
            high[part->column + k] = (float)VG_OBSTACLE_SIGHT * vg_car_scale(car); // along
            low[part->column + k + 2] = 0;                                         // radius
        }
    }
}
