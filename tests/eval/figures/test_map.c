#include "eval/figures/map.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "eval/figures/chart_private.h"
#include "eval/figures/png.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"
#include "tests/xml.h"

static vg_diag diag;

// A circle driven counter-clockwise from its lowest point, as a road's view.
enum { NODES = 400, SAMPLES = 120, CARS = 6 };
typedef struct vg_test_ring {
    double x[NODES], y[NODES], left_x[NODES], left_y[NODES], right_x[NODES], right_y[NODES], heading[NODES];
    float curvature[NODES], left[NODES], right[NODES];
    vg_road_view view;
} ring;

static void make_ring(ring *r, double radius, float left, float right, bool closed) {
    for (int i = 0; i < NODES; i++) {
        double a = 2 * 3.14159265358979 * i / NODES, s = sin(a), c = cos(a);
        r->x[i] = radius * s, r->y[i] = -radius * c, r->heading[i] = a;
        r->left_x[i] = (radius - left) * s, r->left_y[i] = -(radius - left) * c;
        r->right_x[i] = (radius + right) * s, r->right_y[i] = -(radius + right) * c;
        r->curvature[i] = (float)(1 / radius), r->left[i] = left, r->right[i] = right;
    }
    double spacing = 2 * 3.14159265358979 * radius / NODES;
    r->view = (vg_road_view){.name = "ring",
                             .closed = closed,
                             .count = NODES,
                             .spacing = spacing,
                             .length = spacing * (closed ? NODES : NODES - 1),
                             .x = r->x,
                             .y = r->y,
                             .heading = r->heading,
                             .curvature = r->curvature,
                             .left = r->left,
                             .right = r->right,
                             .left_x = r->left_x,
                             .left_y = r->left_y,
                             .right_x = r->right_x,
                             .right_y = r->right_y};
}

static ring road;
static double trace_s[CARS][SAMPLES];
static float trace_offset[CARS][SAMPLES];
static vg_map_trace traces[CARS];

static vg_map_figure example(void) {
    static const double exit_s[] = {30, 31};
    static const float exit_offset[] = {4, -4};
    make_ring(&road, 100, 4, 4, true);
    for (int k = 0; k < CARS; k++) {
        for (int i = 0; i < SAMPLES; i++) {
            trace_s[k][i] = 100 * k + 3.0 * i;
            trace_offset[k][i] = (float)(5.0 * i / SAMPLES * sin(i * 0.1 + k));
        }
        trace_offset[k][50] = NAN;
        traces[k] = (vg_map_trace){trace_s[k], trace_offset[k], SAMPLES};
    }
    vg_map_figure figure = vg_map_default();
    figure.title = "a <title>";
    figure.subtitle = "and more";
    figure.road = &road.view;
    figure.traces = traces;
    figure.trace_count = CARS;
    figure.reference = &traces[0];
    figure.exit_s = exit_s;
    figure.exit_offset = exit_offset;
    figure.exit_count = 2;
    return figure;
}

START_TEST(left_is_left_and_north_is_up) {
    vg_chart chart;
    make_ring(&road, 100, 4, 6, true);
    ck_ok(vg_chart_fit(&chart, &road.view, (vg_box){0, 0, 400, 300}, 1, 15, &diag));
    vg_spot at = vg_chart_at(&chart, 0, 0); // the lowest point, heading east
    ck_assert_double_eq_tol(at.x, 200, 1e-9);
    ck_assert_double_gt(at.y, 150);
    ck_assert_double_eq_tol(vg_chart_at(&chart, 0, 2).y, at.y - 2 * chart.scale, 1e-9);
    ck_assert_double_gt(vg_chart_at(&chart, 20, 0).x, at.x);
    ck_assert_double_eq_tol(vg_chart_at(&chart, 0, 3).level, 0.75, 1e-6);
    ck_assert_double_eq_tol(vg_chart_at(&chart, 0, -3).level, 0.5, 1e-6);
    vg_spot around = vg_chart_at(&chart, road.view.length + 20, 1), same = vg_chart_at(&chart, 20, 1);
    ck_assert_double_eq_tol(around.x, same.x, 1e-6);
}
END_TEST

// Within the edges offsets are widened like the road; beyond them a car keeps its distance from the edge.
START_TEST(widening_is_continuous) {
    vg_chart chart;
    make_ring(&road, 1000, 4, 4, true);
    ck_ok(vg_chart_fit(&chart, &road.view, (vg_box){0, 0, 400, 300}, 5, 15, &diag));
    double y0 = vg_chart_at(&chart, 0, 0).y;
    ck_assert_double_eq_tol(y0 - vg_chart_at(&chart, 0, 2).y, 10 * chart.scale, 1e-9);
    ck_assert_double_eq_tol(y0 - vg_chart_at(&chart, 0, 4).y, 20 * chart.scale, 1e-9);
    ck_assert_double_eq_tol(y0 - vg_chart_at(&chart, 0, 4.0001).y, 20 * chart.scale, 1e-3);
    ck_assert_double_eq_tol(y0 - vg_chart_at(&chart, 0, 7).y, 23 * chart.scale, 1e-9);
    ck_assert_double_eq_tol(vg_chart_at(&chart, 0, -7).y - y0, 23 * chart.scale, 1e-9);
}
END_TEST

// From 10 m to 50 km the road fits its box, and is neither as thin as a hair nor wider than needed.
START_TEST(all_sizes_fit) {
    static const double radii[] = {1.6, 20, 300, 8000};
    static const float half[] = {0.4f, 3, 5, 6};
    for (int k = 0; k < 4; k++) {
        vg_chart chart;
        make_ring(&road, radii[k], half[k], half[k], true);
        ck_ok(vg_chart_fit(&chart, &road.view, (vg_box){50, 60, 700, 380}, 0, 15, &diag));
        ck_assert_double_gt(chart.width, 7);
        ck_assert(chart.widen == 1 || chart.width < 15.1);
        for (int i = 0; i < NODES; i++) {
            vg_spot spot = vg_chart_at(&chart, i * road.view.spacing, -half[k]);
            ck_assert(spot.x > 49 && spot.x < 751 && spot.y > 59 && spot.y < 441);
        }
    }
}
END_TEST

static vg_text svg_of(vg_paint_fn paint, const void *figure) {
    vg_text svg = {0};
    vg_picture picture = vg_picture_default();
    ck_ok(vg_picture_svg(&picture, paint, figure, &svg, &diag));
    ck_assert_msg(xml_is_well_formed(svg.bytes), "%s", svg.bytes);
    ck_assert(xml_ids_differ(svg.bytes));
    ck_assert_ptr_null(strstr(svg.bytes, "nan"));
    return svg;
}

START_TEST(all_maps_are_well_formed) {
    vg_map_figure map = example();
    vg_text svg = svg_of(vg_map_paint, &map), again = svg_of(vg_map_paint, &map);
    ck_assert_int_eq(svg.size, again.size);
    ck_assert_mem_eq(svg.bytes, again.bytes, (size_t)svg.size);
    ck_assert_ptr_nonnull(strstr(svg.bytes, "a &lt;title&gt;"));
    ck_assert_ptr_nonnull(strstr(svg.bytes, "2 left the road"));
    vg_text_free(&svg);
    vg_text_free(&again);
    const vg_map_figure maps[] = {map, map, map, map, map};
    for (int32_t count = 1; count <= 5; count++) {
        vg_map_page page = {.title = "page", .maps = maps, .count = count};
        svg = svg_of(vg_map_page_paint, &page);
        vg_text_free(&svg);
    }
    vg_map_road_figure figure = vg_map_road_default();
    const int32_t folds[] = {7};
    figure.road = &road.view;
    figure.nodes = true;
    figure.folds = folds;
    figure.fold_count = 1;
    svg = svg_of(vg_map_road_paint, &figure);
    ck_assert_ptr_nonnull(strstr(svg.bytes, "628 m, closed, 8.0 m wide, tightest bend 100 m"));
    vg_text_free(&svg);
    make_ring(&road, 100, 4, 4, false);
    svg = svg_of(vg_map_road_paint, &figure);
    vg_text_free(&svg);
}
END_TEST

// A click on a dot plays its episode, one on the title another; without episodes there is nothing to click.
START_TEST(dots_and_titles_play_episodes) {
    static const vg_map_episode episodes[] = {{3, 1}, {0, 2}};
    vg_map_figure map = example();
    vg_text svg = svg_of(vg_map_paint, &map);
    ck_assert_ptr_null(strstr(svg.bytes, "data-episode"));
    vg_text_free(&svg);
    map.plays = "<\"a\">", map.exit_episodes = episodes, map.title_episode = (vg_map_episode){7, 2};
    for (int page = 0; page < 2; page++) {
        vg_map_page maps = {.title = "page", .maps = &map, .count = 1};
        svg = page ? svg_of(vg_map_page_paint, &maps) : svg_of(vg_map_paint, &map);
        ck_assert_ptr_nonnull(
            strstr(svg.bytes, "<g data-episode=\"&lt;&quot;a&quot;&gt;:7;training=2\">\n<text"));
        ck_assert_ptr_nonnull(strstr(svg.bytes, "<g data-episode=\"&lt;&quot;a&quot;&gt;:3\">\n<title>"));
        ck_assert_ptr_nonnull(strstr(svg.bytes,
                                     "<g data-episode=\"&lt;&quot;a&quot;&gt;:0;training=2\">\n"
                                     "<title>&lt;&quot;a&quot;&gt;, start 0, training seed 2</title>"));
        vg_text_free(&svg);
    }
    map.exit_episodes = NULL; // the title alone
    svg = svg_of(vg_map_paint, &map);
    ck_assert_ptr_null(strstr(svg.bytes, ":3\""));
    vg_text_free(&svg);
}
END_TEST

static char folder[64];

static const char *in_folder(const char *name) {
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void make_folder(void) {
    snprintf(folder, sizeof folder, "/tmp/verge-map-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

START_TEST(files_are_written_whole_with_provenance) {
    make_folder();
    vg_map_figure map = example();
    vg_picture picture = vg_picture_default();
    const vg_png_text texts[] = {{"Software", "verge"}, {"Seed", "7"}};
    picture.texts = texts;
    picture.count = 2;
    ck_ok(vg_map_write(&map, in_folder("a.png"), &picture, &diag));
    ck_ok(vg_map_write(&map, in_folder("a.svg"), &picture, &diag));
    vg_png_info info;
    ck_ok(vg_png_info_read(in_folder("a.png"), &info, &diag));
    ck_assert_int_eq(info.width, 1600);
    ck_assert_int_eq(info.height, 1000);
    ck_assert_str_eq(info.texts[1].value, "7");
    vg_png_info_free(&info);
    char *bytes;
    int64_t size;
    ck_ok(vg_file_read(in_folder("a.svg"), 0, &bytes, &size, &diag));
    ck_assert_ptr_nonnull(strstr(bytes, "<vg:text key=\"Seed\">7</vg:text>"));
    vg_free(bytes);
    ck_fails(vg_map_write(&map, in_folder("a.png"), &picture, &diag), VG_ERR_EXISTS, "a.png");
    ck_fails(vg_map_write(&map, in_folder("a.gif"), &picture, &diag), VG_ERR_ARGUMENT,
             "must end in .png or .svg");
    ck_fails(vg_map_write(&map, in_folder("plain"), NULL, &diag), VG_ERR_ARGUMENT,
             "must end in .png or .svg");
    unlink(in_folder("a.png"));
    unlink(in_folder("a.svg"));
    ck_assert_int_eq(rmdir(folder), 0); // nothing else was left behind
}
END_TEST

START_TEST(bad_roads_are_refused) {
    make_folder();
    vg_map_figure map = example();
    map.road = NULL;
    ck_fails(vg_map_write(&map, in_folder("a.svg"), NULL, &diag), VG_ERR_ARGUMENT, "2 nodes");
    map.road = &road.view;
    for (int i = 0; i < NODES; i++) road.x[i] = road.y[i] = 1;
    ck_fails(vg_map_write(&map, in_folder("a.png"), NULL, &diag), VG_ERR_ARGUMENT, "extent");
    vg_map_page page = {.count = 0};
    ck_fails(vg_map_page_write(&page, in_folder("a.svg"), NULL, &diag), VG_ERR_ARGUMENT, "one map");
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

START_TEST(no_leak_when_memory_ends) {
    vg_map_figure map = example();
    vg_map_page page = {.maps = &map, .count = 1};
    vg_map_road_figure figure = vg_map_road_default();
    figure.road = &road.view;
    const vg_paint_fn paint[] = {vg_map_paint, vg_map_page_paint, vg_map_road_paint};
    const void *const figures[] = {&map, &page, &figure};
    vg_picture picture = vg_picture_default();
    for (int k = 0; k < 3; k++)
        for (oom turn = {0}; oom_next(&turn);) {
            vg_text svg = {0};
            turn.err = vg_picture_svg(&picture, paint[k], figures[k], &svg, NULL);
            vg_text_free(&svg);
        }
}
END_TEST

CK_MAIN("map", left_is_left_and_north_is_up, widening_is_continuous, all_sizes_fit, all_maps_are_well_formed,
        dots_and_titles_play_episodes, files_are_written_whole_with_provenance, bad_roads_are_refused,
        no_leak_when_memory_ends)
