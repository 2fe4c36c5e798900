#include "app/commands/gate_player.h"

#include <stdlib.h>
#include <string.h>

#include "app/cli/output.h"
#include "eval/gate/redo.h"
#include "eval/outcome/result.h"
#include "eval/outcome/result_suite.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

// As much of a result.json as an episode is driven from. Drives hold no curves: the viewer makes them.
static json_t *result_of(const vg_drives *d) {
    json_t *roads = json_array();
    for (int32_t i = 0; i < d->road_count; i++)
        json_array_append_new(roads, json_pack("{ss ss}", "name", d->roads[i], "hash", d->road_hashes[i]));
    return json_pack("{ss si sO sO sO so s[{ss ss ss s[{si ss}]}]}", "kind", "verge result", "schema_version",
                     VG_RESULT_VERSION, "name", json_object_get(d->suite, "name"), "suite", d->suite, "car",
                     d->car, "roads", roads, "arms", "label", d->label, "kind", "policy", "source", d->source,
                     "seeds", "seed", 1, "hash", d->policy_hash);
}

static vg_err add_result(vg_player_kit *kit, const vg_drives *d, const char *label, vg_diag *diag) {
    json_t *result = result_of(d);
    char *text = result ? json_dumps(result, JSON_COMPACT) : NULL;
    vg_err err = text ? vg_player_kit_add_result(kit, text, label, diag) : vg_fail_memory(diag);
    free(text);
    json_decref(result);
    return err;
}

// The policy that drove, with its files. *out: false where it cannot be had, and a warning said so.
static vg_err add_side(vg_player_kit *kit, const vg_drives *d, const char *label, bool *out, vg_diag *diag) {
    const vg_policy_terms as_data = {0}; // a page runs nothing
    vg_policy *policy = NULL;
    vg_diag why = {0};
    char text[600];
    bool whole = true;
    *out = false;
    if (!vg_is_printable(d->source) || vg_policy_may_open(d->source, as_data.trust, NULL)) {
        vg_say_warning("the page does not play the %s: %s", label,
                       vg_is_printable(d->source) ? "a browser runs no programs and no shared libraries"
                                                  : "its policy's path is not UTF-8 text");
        return VG_OK;
    }
    if (vg_drives_policy(d, &as_data, &policy, &why)) {
        vg_say_warning("the page does not play the %s: %s", label, vg_diag_format(&why, text, sizeof text));
        return VG_OK;
    }
    vg_policy_destroy(policy);
    vg_err err = vg_player_kit_add_policy(kit, d->source, &whole, diag);
    if (!err && !whole)
        vg_say_warning("the page does not play the %s: its files cannot be had, or do not fit into %d MB",
                       label, VG_KIT_MOST >> 20);
    *out = !err && whole;
    return err || !whole ? err : add_result(kit, d, label, diag);
}

// A road that is a file is still the one that was driven. So the page takes along nothing but roads: the list
// of paths comes out of a file.
static vg_err check_roads(const vg_drives *d, const vg_suite_config *config, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE], name[VG_KEY_TEXT_SIZE], own[17];
    vg_err err = VG_OK;
    int32_t i = 0;
    for (; !err && vg_suite_item(config->test, i, item, name); i++) {
        vg_suite one = {0};
        if (i >= d->road_count || !strchr(item, '.')) continue;
        err = vg_result_suite_of_road(config, "", item, NULL, &one, diag);
        if (!err && strcmp(vg_hash_format(vg_road_hash(one.test.roads[0]), own), d->road_hashes[i]) != 0)
            err = vg_fail_at(diag, VG_ERR_MISMATCH, item, 0, NULL,
                             "is another road than the one that was driven");
        vg_suite_free(&one);
    }
    if (!err && i != d->road_count)
        err = vg_fail_at(diag, VG_ERR_FORMAT, d->path, 0, "suite", "lists other roads than were driven");
    return err;
}

// Whether the episodes can be driven again at all: from generated starts, on roads that the page has.
static vg_err add_suite(vg_player_kit *kit, const vg_drives *d, bool *out, vg_diag *diag) {
    vg_suite_config *config = vg_new(vg_suite_config, 1);
    vg_diag why = {0};
    char text[600];
    bool whole = true;
    if (!config) return vg_fail_memory(diag);
    vg_err err = VG_OK, wrong = vg_result_suite(d->path, d->suite, config, &why);
    if (!wrong) wrong = vg_suite_check_starts(config, d->path, &why);
    if (!wrong) wrong = check_roads(d, config, &why);
    if (!wrong) err = vg_player_kit_add_roads(kit, config->test, &whole, diag);
    if (wrong)
        vg_say_warning("the page does not play its episodes: %s", vg_diag_format(&why, text, sizeof text));
    else if (!err && !whole)
        vg_say_warning("the page does not play its episodes: its roads have more than the %d MB that "
                       "fit",
                       VG_KIT_MOST >> 20);
    *out = !wrong && !err && whole;
    vg_free(config);
    return err;
}

vg_err vg_gate_player_open(const vg_gate_report *r, vg_player_kit *kit, vg_diag *diag) {
    bool result = false, baseline = false;
    vg_err err = vg_player_kit_open(kit, diag);
    if (err || !kit->found) return err;
    // The baseline's suite stands in a file; that of a --run is the same.
    err = add_suite(kit, r->baseline, &result, diag);
    if (!err && result) err = add_side(kit, r->result, "result", &result, diag);
    if (!err && result) err = add_side(kit, r->baseline, "baseline", &baseline, diag);
    if (err || result) return err ? err : vg_player_kit_close(kit, diag);
    vg_player_kit_free(kit);
    return VG_OK;
}
