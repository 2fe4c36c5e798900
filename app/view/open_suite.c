#include "app/view/open_suite.h"

#include <stdio.h>
#include <string.h>

#include "agents/find.h"
#include "app/interrupt.h"
#include "app/output.h"
#include "app/view/logs.h"
#include "eval/suite.h"
#include "sim/base/memory.h"

vg_err vg_view_drivers_open(const vg_list *policies, vg_view_driver **out, vg_diag *diag) {
    *out = vg_new(vg_view_driver, policies->count);
    if (!*out) return vg_fail_memory(diag);
    vg_err err = VG_OK;
    for (int32_t i = 0; i < policies->count && !err; i++) {
        vg_view_stem(policies->items[i], (*out)[i].label);
        err = vg_policy_find(policies->items[i], &(*out)[i].policy, diag);
    }
    return err;
}

void vg_view_drivers_close(vg_view_driver *drivers, int32_t count) {
    for (int32_t i = 0; drivers && i < count; i++) vg_policy_destroy(drivers[i].policy);
    vg_free(drivers);
}

static vg_err set_number(vg_suite_config *config, const char *key, double value, vg_diag *diag) {
    char text[32];
    return vg_config_set(&vg_suite_schema, config, key, vg_format_double(value, text), key, 0, diag);
}

// A suite of one road.
static vg_err road_suite(const vg_view_wish *wish, vg_suite_config *config, char *name, vg_diag *diag) {
    vg_config_default(&vg_suite_schema, config);
    snprintf(name, VG_KEY_TEXT_SIZE, "ad hoc");
    if (strchr(wish->road, ','))
        return vg_fail(diag, VG_ERR_ARGUMENT, "--road '%.200s' has a comma in its name, expected none",
                       wish->road);
    vg_err err = vg_config_set(&vg_suite_schema, config, "test", wish->road, "--road", 0, diag);
    if (!err) err = set_number(config, "horizon", wish->horizon, diag);
    if (!err) err = set_number(config, "spread", wish->spread, diag);
    config->seed = (int64_t)wish->seed;
    return err;
}

static vg_err build(const vg_view_wish *wish, const vg_view_driver *drivers, vg_suite *suite, vg_diag *diag) {
    vg_suite_config config;
    char name[VG_KEY_TEXT_SIZE], folder[512] = "";
    vg_err err =
        wish->suite ? vg_suite_read(wish->suite, &config, name, diag) : road_suite(wish, &config, name, diag);
    const char *slash = wish->suite ? strrchr(wish->suite, '/') : NULL;
    if (slash && slash - wish->suite < (int)sizeof folder)
        snprintf(folder, sizeof folder, "%.*s", slash == wish->suite ? 1 : (int)(slash - wish->suite),
                 wish->suite);
    config.train[0] = config.validation[0] = 0; // nothing is learned here
    if (!err) err = vg_suite_build(&config, name, folder[0] ? folder : NULL, wish->threads, suite, diag);
    if (!err && wish->car) err = vg_car_load(wish->car, &suite->car, diag);
    for (int32_t i = 0; i < wish->policies.count && !err; i++) {
        const vg_car *own = drivers[i].policy->car;
        if (!own || vg_car_hash(own) == vg_car_hash(&suite->car)) continue;
        if (!wish->suite && !wish->car) { // the first that knows
            suite->car = *own;
            break;
        }
        vg_say_warning("policy '%s' was trained for the car '%s', and drives '%s' here", drivers[i].label,
                       own->name, suite->car.name);
    }
    return err;
}

static vg_err find_road(const vg_view_wish *wish, const vg_suite *suite, int32_t *out, vg_diag *diag) {
    int64_t number;
    *out = 0;
    if (!wish->suite || !wish->road) return VG_OK;
    for (; *out < suite->test.count; ++*out)
        if (strcmp(suite->test.names[*out], wish->road) == 0) return VG_OK;
    if (vg_parse_int(wish->road, &number) && number >= 0 && number < suite->test.count) {
        *out = (int32_t)number;
        return VG_OK;
    }
    return vg_fail(diag, VG_ERR_NOT_FOUND,
                   "--road '%.60s' is none of the %d that the suite '%.60s' scores: '%.60s' to '%.60s'",
                   wish->road, suite->test.count, suite->name, suite->test.names[0],
                   suite->test.names[suite->test.count - 1]);
}

static vg_err drive(const vg_view_wish *wish, vg_suite *suite, const vg_view_driver *drivers, vg_view *view,
                    vg_diag *diag) {
    vg_rollout_def def = vg_suite_rollout(suite);
    int32_t road;
    int64_t start = wish->start < 0 ? 0 : wish->start;
    vg_err err = find_road(wish, suite, &road, diag);
    if (err) return err;
    if (start >= def.starts)
        return vg_fail(diag, VG_ERR_NOT_FOUND, "--start %lld: there are %d, numbered from 0",
                       (long long)start, def.starts);
    def.threads = wish->threads, def.stop = vg_interrupted;
    view->road = suite->test.roads[road]; // lent, for the drive
    snprintf(view->road_name, sizeof view->road_name, "%.200s", suite->test.names[road]);
    snprintf(view->title, sizeof view->title,
             wish->suite ? "%.60s, %.100s, start %d" : "%.0s%.100s, start %d", suite->name, view->road_name,
             (int)start);
    err = vg_view_drive_all(view, &def, road, (int32_t)start, drivers, wish->policies.count, diag);
    if (err)
        view->road = NULL;
    else
        suite->test.roads[road] = NULL; // given
    return err;
}

vg_err vg_view_add_suite(const vg_view_wish *wish, vg_view *view, vg_diag *diag) {
    vg_suite suite = {0};
    vg_view_driver *drivers;
    vg_err err = vg_view_drivers_open(&wish->policies, &drivers, diag);
    if (!err) err = build(wish, drivers, &suite, diag);
    if (!err) err = drive(wish, &suite, drivers, view, diag);
    vg_suite_free(&suite);
    vg_view_drivers_close(drivers, wish->policies.count);
    return err;
}
