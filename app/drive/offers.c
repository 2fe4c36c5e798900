#include "app/drive/offers.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agents/experts/expert.h"
#include "agents/policy_open.h"
#include "sim/base/memory.h"
#include "sim/base/text.h"
#include "tracks/library.h"
#include "tracks/survey.h"

// A name of a file may hold anything.
static void copy(char *to, size_t size, const char *from) {
    snprintf(to, size, "%s", from);
    vg_make_harmless(to, (int64_t)strlen(to), false);
}

// A new last entry, zeroed; NULL: out of memory. It is valid until the next one.
static vg_menu_entry *add(vg_menu_list *list, const char *name, const char *label) {
    vg_menu_entry *more = vg_realloc(list->entries, list->count, list->count + 1, sizeof *more);
    if (!more) return NULL;
    list->entries = more;
    vg_menu_entry *entry = &more[list->count++];
    memset(entry, 0, sizeof *entry);
    snprintf(entry->name, sizeof entry->name, "%s", name);
    copy(entry->label, sizeof entry->label, label);
    return entry;
}

// --- roads and cars --------------------------------------------------------------------------------------

static vg_err add_road(vg_menu_list *list, const char *name, vg_diag *diag) {
    vg_survey survey;
    vg_menu_entry *entry = add(list, name, name);
    if (!entry) return vg_fail_memory(diag);
    vg_err err = vg_track_load(name, &entry->road, diag);
    if (!err) err = vg_survey_road(entry->road, &survey, diag);
    if (err) return err;
    if (strcmp(name, "train-1") == 0) list->chosen = list->count - 1;
    snprintf(entry->facts[0], VG_MENU_TEXT, "%.0f m, %s", survey.length,
             vg_road_get(entry->road).closed ? "closed" : "open");
    if (survey.width_most - survey.width_least < 0.05)
        snprintf(entry->facts[1], VG_MENU_TEXT, "%.1f m wide", survey.width_least);
    else
        snprintf(entry->facts[1], VG_MENU_TEXT, "%.1f to %.1f m wide", survey.width_least, survey.width_most);
    snprintf(entry->facts[2], VG_MENU_TEXT, "tightest radius %.0f m, hairpins: %d", survey.radius_least,
             survey.hairpins);
    return VG_OK;
}

static vg_err add_roads(vg_menu_list *list, vg_diag *diag) {
    char name[64];
    vg_err err = VG_OK;
    list->title = "Road";
    for (int32_t i = 0; !err && vg_library_name(i, name); i++) err = add_road(list, name, diag);
    return err;
}

static vg_err add_car(vg_menu_list *list, const char *name, vg_diag *diag) {
    vg_menu_entry *entry = add(list, name, name);
    if (!entry) return vg_fail_memory(diag);
    vg_err err = vg_car_load(name, &entry->car, diag);
    const vg_car *car = &entry->car;
    entry->has_car = true;
    snprintf(entry->facts[0], VG_MENU_TEXT, "%.3g x %.3g m", (double)car->length, (double)car->width);
    snprintf(entry->facts[1], VG_MENU_TEXT, "grip across %.3g m/s\u00b2", (double)car->lateral_max);
    snprintf(entry->facts[2], VG_MENU_TEXT, "up to %.0f km/h", 3.6 * (double)car->speed_max);
    return err;
}

static vg_err add_cars(vg_menu_list *list, vg_diag *diag) {
    char name[64];
    list->title = "Car";
    vg_menu_entry *entry = add(list, "", "standard");
    if (!entry) return vg_fail_memory(diag);
    entry->car = vg_car_default();
    snprintf(entry->facts[0], VG_MENU_TEXT, "the policy's own car,");
    snprintf(entry->facts[1], VG_MENU_TEXT, "else the %.60s", entry->car.name);
    vg_err err = VG_OK;
    for (int32_t i = 0; !err && vg_car_name(i, name); i++) err = add_car(list, name, diag);
    return err;
}

// --- policies --------------------------------------------------------------------------------------------

static void describe(vg_menu_entry *entry, const vg_policy *policy) {
    copy(entry->facts[0], VG_MENU_TEXT, policy->sense ? "a policy file" : "an expert");
    copy(entry->facts[1], VG_MENU_TEXT, "drives until you steer");
    if (!policy->car) return;
    char text[VG_MENU_TEXT];
    snprintf(text, sizeof text, "made for the %.60s", policy->car->name);
    copy(entry->facts[2], VG_MENU_TEXT, text);
    entry->has_car = true;
    entry->car = *policy->car;
}

// What does not open as a policy is left out: a reward, a file of something else, an expert that needs a
// setting.
static vg_err add_policy(vg_menu_list *list, const char *name, const char *label, vg_diag *diag) {
    vg_policy *policy = NULL;
    vg_diag why = {0};
    vg_err err = vg_policy_open(name, &(vg_policy_terms){0}, &policy, &why);
    if (err == VG_ERR_MEMORY) *diag = why;
    if (err) return err == VG_ERR_MEMORY ? err : VG_OK;
    vg_menu_entry *entry = add(list, name, label);
    if (entry) describe(entry, policy);
    vg_policy_destroy(policy);
    return entry ? VG_OK : vg_fail_memory(diag);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static bool is_policy_file(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot && dot != name && strcmp(dot, ".safetensors") == 0 && strlen(name) < VG_MENU_NAME - 2;
}

// The names of a folder's policy files: all of them, so that which are left out does not depend on the order
// of the disk.
static vg_err list_files(const char *folder, char ***names, int32_t *count, vg_diag *diag) {
    DIR *listing = opendir(folder);
    vg_err err = VG_OK;
    for (struct dirent *entry; listing && !err && (entry = readdir(listing));) {
        if (!is_policy_file(entry->d_name)) continue;
        char **more = vg_realloc(*names, *count, *count + 1, sizeof *more);
        if (more) *names = more;
        char *name = more ? vg_strdup(entry->d_name) : NULL;
        if (!name)
            err = vg_fail_memory(diag);
        else
            (*names)[(*count)++] = name;
    }
    if (listing) closedir(listing);
    if (*count) qsort(*names, (size_t)*count, sizeof **names, by_name);
    return err;
}

// In the working folder a file that has an expert's name is ./NAME.
static vg_err add_file(vg_menu_list *list, const char *folder, const char *name, vg_diag *diag) {
    char path[VG_MENU_NAME];
    bool here = strcmp(folder, ".") == 0;
    int size = here ? snprintf(path, sizeof path, "%s%s", vg_expert_known(name) ? "./" : "", name)
                    : snprintf(path, sizeof path, "%s/%s", folder, name);
    return size < (int)sizeof path ? add_policy(list, path, name, diag) : VG_OK;
}

static vg_err add_policies(vg_menu_list *list, const char *folder, vg_diag *diag) {
    char **names = NULL;
    int32_t count = 0;
    list->title = "Policy";
    vg_menu_entry *entry = add(list, "", "none: you drive");
    if (!entry) return vg_fail_memory(diag);
    snprintf(entry->facts[0], VG_MENU_TEXT, "Nobody drives but you.");
    vg_err err = VG_OK;
    for (int32_t i = 0; !err && vg_expert_schema(i); i++)
        err = add_policy(list, vg_expert_schema(i)->name, vg_expert_schema(i)->name, diag);
    if (!err) err = list_files(folder, &names, &count, diag);
    for (int32_t i = 0; i < count; i++) {
        if (!err && i < VG_OFFERS_FILES) err = add_file(list, folder, names[i], diag);
        vg_free(names[i]);
    }
    vg_free(names);
    return err;
}

vg_err vg_offers_open(const char *folder, vg_menu *menu, vg_diag *diag) {
    *menu = (vg_menu){0};
    vg_err err = add_roads(&menu->lists[VG_MENU_ROADS], diag);
    if (!err) err = add_cars(&menu->lists[VG_MENU_CARS], diag);
    if (!err) err = add_policies(&menu->lists[VG_MENU_POLICIES], folder, diag);
    return err;
}
