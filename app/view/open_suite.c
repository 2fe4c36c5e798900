#include "app/view/open_suite.h"

#include <stdio.h>
#include <string.h>

#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/terms.h"
#include "app/view/logs.h"
#include "eval/score/suite.h"
#include "sim/base/memory.h"

vg_err vg_view_drivers_open(const vg_list *policies, vg_view_driver **out, vg_diag *diag) {
    *out = vg_new(vg_view_driver, policies->count);
    if (!*out) return vg_fail_memory(diag);
    vg_policy_terms terms = vg_terms_named();
    vg_err err = VG_OK;
    for (int32_t i = 0; i < policies->count && !err; i++) {
        vg_view_stem(policies->items[i], (*out)[i].label);
        err = vg_policy_open(policies->items[i], &terms, &(*out)[i].policy, diag);
    }
    return err;
}

void vg_view_drivers_close(vg_view_driver *drivers, int32_t count) {
    for (int32_t i = 0; drivers && i < count; i++) vg_policy_destroy(drivers[i].policy);
    vg_free(drivers);
}

// Opens one of a suite's roads.
typedef struct chosen {
    int32_t road;
    char name[VG_KEY_TEXT_SIZE];
} chosen;

static vg_err set_number(vg_suite_config *config, const char *key, double value, vg_diag *diag) {
    char text[32];
    return vg_config_set(&vg_suite_schema, config, key, vg_format_double(value, text), key, 0, diag);
}

// Makes a suite of one road.
static vg_err road_suite(const vg_view_request *request, vg_suite_config *config, char *name, vg_diag *diag) {
    vg_config_default(&vg_suite_schema, config);
    snprintf(name, VG_KEY_TEXT_SIZE, "ad hoc");
    if (strchr(request->road, ','))
        return vg_fail(diag, VG_ERR_ARGUMENT, "--road '%.200s' has a comma in its name, expected none",
                       request->road);
    vg_err err = vg_config_set(&vg_suite_schema, config, "test", request->road, "--road", 0, diag);
    if (!err) err = set_number(config, "horizon", request->horizon, diag);
    if (!err) err = set_number(config, "start_spread", request->start_spread, diag);
    config->seed = (int64_t)request->seed;
    return err;
}

// Finds which of the scored roads is shown, and makes it alone: the test split is reduced to this road.
static vg_err choose_road(const vg_view_request *request, vg_suite_config *config, const char *suite,
                          chosen *out, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE], last[VG_KEY_TEXT_SIZE] = "";
    const char *wanted = request->suite ? request->road : NULL;
    int64_t number = wanted ? -1 : 0;
    if (wanted) vg_parse_int(wanted, &number);
    for (out->road = 0; vg_suite_item(config->test, out->road, item, out->name); out->road++) {
        if (out->road == number || (wanted && strcmp(out->name, wanted) == 0)) {
            snprintf(config->test, sizeof config->test, "%s", item);
            return VG_OK;
        }
        snprintf(last, sizeof last, "%s", out->name);
    }
    return vg_fail(diag, VG_ERR_NOT_FOUND,
                   "--road '%.60s' is not one of the %d roads that the suite '%.60s' scores; the last of "
                   "them is '%.60s'",
                   wanted ? wanted : "", out->road, suite, last);
}

static void fit_car(const vg_view_request *request, const vg_view_driver *drivers, vg_suite *suite) {
    for (int32_t i = 0; i < request->policies.count; i++) {
        const vg_car *own = drivers[i].policy->car;
        if (!own || vg_car_hash(own) == vg_car_hash(&suite->car)) continue;
        if (!request->suite && !request->car) { // the first policy with a known car
            suite->car = *own;
            break;
        }
        vg_say_warning("policy '%s' was trained for the car '%s', and drives '%s' here", drivers[i].label,
                       own->name, suite->car.name);
    }
}

static vg_err build(const vg_view_request *request, vg_suite *suite, chosen *out, vg_diag *diag) {
    vg_suite_config config;
    char name[VG_KEY_TEXT_SIZE], folder[VG_SUITE_FOLDER] = "";
    vg_err err = request->suite ? vg_suite_read(request->suite, &config, name, diag)
                                : road_suite(request, &config, name, diag);
    if (!err) err = vg_suite_check_starts(&config, name, diag);
    if (!err) err = vg_suite_folder(request->suite, folder, diag);
    if (request->suite && request->seed_given) config.seed = (int64_t)request->seed;
    config.train[0] = config.validation[0] = 0; // nothing is learned here
    if (!err) err = choose_road(request, &config, name, out, diag);
    if (!err) err = vg_suite_build(&config, name, folder[0] ? folder : NULL, request->threads, suite, diag);
    if (!err && request->car) err = vg_car_load(request->car, &suite->car, diag);
    return err;
}

static vg_err drive(const vg_view_request *request, vg_suite *suite, const chosen *chosen,
                    const vg_view_driver *drivers, vg_view *view, vg_diag *diag) {
    vg_rollout_def def = vg_suite_rollout(suite);
    int64_t start = request->start < 0 ? 0 : request->start;
    if (start >= def.starts)
        return vg_fail(diag, VG_ERR_NOT_FOUND, "--start %lld: there are %d, numbered from 0",
                       (long long)start, def.starts);
    def.threads = request->threads, def.stop = vg_interrupted;
    vg_view_add_road(view, suite->test.roads[0], chosen->name);
    suite->test.roads[0] = NULL;
    snprintf(view->title, sizeof view->title,
             request->suite ? "%.60s, %.100s, start %d" : "%.0s%.100s, start %d", suite->name, chosen->name,
             (int)start);
    return vg_view_drive_all(view, &def, (int32_t)start, drivers, request->policies.count, diag);
}

vg_err vg_view_add_suite(const vg_view_request *request, vg_view *view, vg_diag *diag) {
    vg_suite suite = {0};
    chosen chosen;
    vg_view_driver *drivers;
    vg_err err = vg_view_drivers_open(&request->policies, &drivers, diag);
    if (!err) err = build(request, &suite, &chosen, diag);
    if (!err) fit_car(request, drivers, &suite);
    if (!err) err = drive(request, &suite, &chosen, drivers, view, diag);
    vg_suite_free(&suite);
    vg_view_drivers_close(drivers, request->policies.count);
    return err;
}
