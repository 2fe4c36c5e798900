#include "app/commands/player_kit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agents/experts/expert.h"
#include "eval/outcome/result.h"
#include "sim/base/file.h"
#include "sim/base/memory.h"

enum { PATH = 4200 };

// --- the script ------------------------------------------------------------------------------------------

// As seen from the program: where it is installed, and in a build tree.
static bool find_script(char path[PATH]) {
    static const char *const places[] = {"../share/verge/web/player.js", "../web/report/player.js"};
    const char *named = getenv("VERGE_PLAYER");
    if (named) return snprintf(path, PATH, "%s", named) < PATH && *named;
    char self[PATH - 100];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0) return false;
    self[length] = 0;
    char *slash = strrchr(self, '/');
    if (slash) *slash = 0;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        snprintf(path, PATH, "%s/%s", self, places[i]);
        if (access(path, R_OK) == 0) return true;
    }
    return false;
}

vg_err vg_player_kit_open(vg_player_kit *kit, vg_diag *diag) {
    char path[PATH];
    *kit = (vg_player_kit){0};
    if (!find_script(path)) return VG_OK;
    vg_err err = vg_file_read(path, 16 << 20, &kit->script, &kit->player.size, diag);
    if (err) return err;
    if (strstr(kit->script, "]]>") || strstr(kit->script, "</script"))
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL, "is no player: it would end its own script");
    kit->found = true;
    kit->results = json_array(), kit->files = json_array();
    return kit->results && kit->files ? VG_OK : vg_fail_memory(diag);
}

void vg_player_kit_free(vg_player_kit *kit) {
    vg_free(kit->script);
    free(kit->data);
    json_decref(kit->results);
    json_decref(kit->files);
    *kit = (vg_player_kit){0};
}

vg_err vg_player_kit_close(vg_player_kit *kit, vg_diag *diag) {
    if (!kit->found) return VG_OK;
    json_t *whole = json_pack("{s:O, s:O}", "results", kit->results, "files", kit->files);
    kit->data = whole ? json_dumps(whole, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    json_decref(whole);
    if (!kit->data) return vg_fail_memory(diag);
    kit->player.script = kit->script, kit->player.data = kit->data;
    return VG_OK;
}

// --- files -----------------------------------------------------------------------------------------------

static void base64(vg_text *out, const unsigned char *bytes, int64_t size) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int64_t i = 0; i < size; i += 3) {
        uint32_t word = (uint32_t)bytes[i] << 16;
        if (i + 1 < size) word |= (uint32_t)bytes[i + 1] << 8;
        if (i + 2 < size) word |= bytes[i + 2];
        const char four[] = {digits[word >> 18], digits[word >> 12 & 63],
                             i + 1 < size ? digits[word >> 6 & 63] : '=',
                             i + 2 < size ? digits[word & 63] : '='};
        vg_text_bytes(out, four, sizeof four);
    }
}

static bool has_file(const vg_player_kit *kit, const char *path) {
    size_t i;
    json_t *file;
    json_array_foreach(kit->files, i, file) {
        if (strcmp(json_string_value(json_object_get(file, "path")), path) == 0) return true;
    }
    return false;
}

// What cannot be read is left out, and so is what is too much: *whole becomes false.
static vg_err add_file(vg_player_kit *kit, const char *path, const char *as, bool *whole, vg_diag *diag) {
    char *bytes;
    int64_t size;
    if (has_file(kit, as)) return VG_OK;
    if (strlen(as) >= PATH / 4 || access(path, R_OK) != 0 ||
        vg_file_read(path, VG_KIT_MOST, &bytes, &size, NULL)) {
        *whole = false;
        return VG_OK;
    }
    vg_text text = {0};
    if (kit->bytes + size <= VG_KIT_MOST) base64(&text, (const unsigned char *)bytes, size);
    vg_free(bytes);
    json_t *file = text.bytes ? json_pack("{s:s, s:s}", "path", as, "base64", text.bytes) : NULL;
    bool failed = text.failed || (text.bytes && (!file || json_array_append_new(kit->files, file)));
    *whole = *whole && text.bytes;
    if (text.bytes) kit->bytes += size;
    vg_text_free(&text);
    return failed ? vg_fail_memory(diag) : VG_OK;
}

// A study's policies are beside its result, in a folder of cells.
static vg_err add_cells(vg_player_kit *kit, const vg_outcome *outcome, const char *folder, vg_diag *diag) {
    char cells[PATH], path[PATH + 300], as[PATH + 300];
    bool whole;
    vg_err err = VG_OK;
    snprintf(cells, sizeof cells, "%.4000s/cells-%016llx", folder, (unsigned long long)outcome->study_hash);
    DIR *listing = opendir(cells);
    for (struct dirent *entry; listing && !err && (entry = readdir(listing));) {
        const char *dot = strrchr(entry->d_name, '.');
        if (!dot || strcmp(dot, ".safetensors") != 0) continue;
        snprintf(path, sizeof path, "%s/%.255s", cells, entry->d_name);
        snprintf(as, sizeof as, "cells-%016llx/%.255s", (unsigned long long)outcome->study_hash,
                 entry->d_name);
        err = add_file(kit, path, as, &whole, diag);
    }
    if (listing) closedir(listing);
    return err;
}

// "planner:reward=FILE": the settings that an expert reads as a file. Any other text may look like a path,
// and so may a setting that a later one overrides: a page, which is shown to others, takes along no file that
// nobody read.
static vg_err add_settings(vg_player_kit *kit, const char *source, bool *whole, vg_diag *diag) {
    static const char *const keys[] = {"config=", "reward=", "log="};
    char item[VG_KEY_TEXT_SIZE], file[3][VG_KEY_TEXT_SIZE] = {{0}};
    const char *settings = strchr(source, ':');
    vg_err err = VG_OK;
    for (int32_t i = 0; settings && vg_config_item(settings + 1, i, item); i++)
        for (int k = 0; k < 3; k++) {
            size_t size = strlen(keys[k]);
            if (strncmp(item, keys[k], size) != 0) continue;
            if (file[k][0]) *whole = false;
            snprintf(file[k], sizeof file[k], "%s", item + size);
        }
    for (int k = 0; k < 3 && *whole && !err; k++)
        if (access(file[k], R_OK) == 0) err = add_file(kit, file[k], file[k], whole, diag);
    return err;
}

vg_err vg_player_kit_add_policy(vg_player_kit *kit, const char *source, bool *whole, vg_diag *diag) {
    *whole = true;
    if (!kit->found) return VG_OK;
    if (vg_expert_known(source)) return add_settings(kit, source, whole, diag);
    return add_file(kit, source, source, whole, diag);
}

static vg_err add_policies(vg_player_kit *kit, const vg_outcome *outcome, const char *folder, vg_diag *diag) {
    bool whole;
    vg_err err = outcome->study_hash ? add_cells(kit, outcome, folder, diag) : VG_OK;
    for (int32_t i = 0; i < outcome->arm_count && !err; i++) {
        const char *kind = outcome->arms[i].kind, *source = outcome->arms[i].source;
        if (source && (strcmp(kind, "policy") == 0 || strcmp(kind, "expert") == 0))
            err = vg_player_kit_add_policy(kit, source, &whole, diag);
    }
    return err;
}

vg_err vg_player_kit_add_roads(vg_player_kit *kit, const char *list, bool *whole, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE], name[VG_KEY_TEXT_SIZE];
    vg_err err = VG_OK;
    *whole = true;
    for (int32_t i = 0; kit->found && !err && vg_suite_item(list, i, item, name); i++)
        if (strchr(item, '.')) err = add_file(kit, item, item, whole, diag);
    return err;
}

// --- results ---------------------------------------------------------------------------------------------

vg_err vg_player_kit_add_result(vg_player_kit *kit, const char *result, const char *label, vg_diag *diag) {
    char path[32];
    if (!kit->found) return VG_OK;
    snprintf(path, sizeof path, "result-%d.json", (int)json_array_size(kit->results));
    if (json_array_append_new(kit->results, json_pack("{s:s, s:s}", "path", path, "label", label)) ||
        json_array_append_new(kit->files, json_pack("{s:s, s:s}", "path", path, "text", result)))
        return vg_fail_memory(diag);
    return VG_OK;
}

vg_err vg_player_kit_add(vg_player_kit *kit, const vg_outcome *outcome, const char *folder, const char *label,
                         vg_diag *diag) {
    bool whole;
    vg_text text = {0};
    if (!kit->found) return VG_OK;
    vg_err err = vg_result_json(outcome, false, &text, diag);
    if (!err) err = vg_player_kit_add_result(kit, text.bytes, label, diag);
    vg_text_free(&text);
    if (!err) err = add_policies(kit, outcome, folder, diag);
    return err ? err : vg_player_kit_add_roads(kit, outcome->suite->config.test, &whole, diag);
}
