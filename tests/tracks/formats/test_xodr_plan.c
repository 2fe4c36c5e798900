// Reference lines against what they are by definition.
#include "tracks/formats/xodr_plan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/check.h"

static vg_diag diag;

static void read(const char *geometries, vg_xml *xml, vg_xodr_plan *plan) {
    static char text[4000];
    snprintf(text, sizeof text, "<road><planView>%s</planView></road>", geometries);
    ck_ok(vg_xml_parse(text, (int64_t)strlen(text), "f", xml, &diag));
    ck_ok(vg_xodr_plan_read(xml, xml->root, plan, &diag));
}

// Walk along one geometry that begins at (3, -2) with heading 0.7, and compare with `expected` in its own
// frame: u, v and the heading there, at some places.
static void check(const char *shape, double length, double (*expected)[4], int count) {
    char text[600];
    vg_xml xml;
    vg_xodr_plan plan;
    vg_xodr_place at = {0};
    snprintf(text, sizeof text, "<geometry s='0' x='3' y='-2' hdg='0.7' length='%.17g'>%s</geometry>", length,
             shape);
    read(text, &xml, &plan);
    for (int i = 0; i < count; i++) {
        double u = expected[i][1], v = expected[i][2], turn = expected[i][3];
        vg_xodr_plan_walk(&plan, expected[i][0], &at);
        ck_assert_double_eq_tol(at.x, 3 + u * cos(0.7) - v * sin(0.7), 1e-5);
        ck_assert_double_eq_tol(at.y, -2 + u * sin(0.7) + v * cos(0.7), 1e-5);
        ck_assert_double_eq_tol(at.heading, 0.7 + turn, 1e-6);
    }
    vg_xodr_plan_free(&plan);
    vg_xml_free(&xml);
}

START_TEST(lines_and_arcs) {
    check("<line/>", 50, (double[][4]){{0, 0, 0, 0}, {20, 20, 0, 0}, {50, 50, 0, 0}}, 3);
    double arc[3][4];
    for (int i = 0; i < 3; i++) {
        double s = 30 * i, r = -40;
        arc[i][0] = s, arc[i][1] = r * sin(s / r), arc[i][2] = r * (1 - cos(s / r)), arc[i][3] = s / r;
    }
    check("<arc curvature='-0.025'/>", 60, arc, 3);
}
END_TEST

// By a sum of a million pieces.
START_TEST(spirals) {
    static const double ends[][2] = {{0, 0.05}, {0.1, -0.02}, {-0.01, -0.01}};
    for (int k = 0; k < 3; k++) {
        double length = 80, rate = (ends[k][1] - ends[k][0]) / length, u = 0, v = 0, expected[4][4];
        enum { PIECES = 1000000 };
        for (int i = 0, n = 0; i <= PIECES; i++) {
            double s = length * i / PIECES, h = length / PIECES, m = s + h / 2;
            if (i % (PIECES / 4) == 0 && i > 0) {
                expected[n][0] = s, expected[n][1] = u, expected[n][2] = v;
                expected[n++][3] = s * (ends[k][0] + rate * s / 2);
            }
            u += h * cos(m * (ends[k][0] + rate * m / 2));
            v += h * sin(m * (ends[k][0] + rate * m / 2));
        }
        char shape[100];
        snprintf(shape, sizeof shape, "<spiral curvStart='%g' curvEnd='%g'/>", ends[k][0], ends[k][1]);
        check(shape, length, expected, 4);
    }
}
END_TEST

START_TEST(cubics) {
    // A quarter of a circle of radius 20 m would be no cubic: this is u = 30 t, v = 6 t^2 of a parameter.
    double expected[3][4];
    for (int i = 0; i < 3; i++) {
        double t = 0.5 * i;
        expected[i][0] = 33 * t, expected[i][1] = 30 * t, expected[i][2] = 6 * t * t,
        expected[i][3] = atan2(12 * t, 30);
    }
    check("<paramPoly3 aU='0' bU='30' cU='0' dU='0' aV='0' bV='0' cV='6' dV='0' pRange='normalized'/>", 33,
          expected, 3);
    check("<paramPoly3 aU='0' bU='0.90909090909090906' cU='0' dU='0' aV='0' bV='0' "
          "cV='0.0055096418732782371' dV='0' "
          "pRange='arcLength'/>",
          33, expected, 3);
    // poly3 is measured by its length: v = 0.3 u is a straight line.
    double slanted[2][4] = {{0, 0, 0, atan(0.3)}, {10, 10 / sqrt(1.09), 3 / sqrt(1.09), atan(0.3)}};
    check("<poly3 a='0' b='0.3' c='0' d='0'/>", 10, slanted, 2);
    // The length of a parabola v = c u^2 up to u is known.
    double c = 0.02, u = 25, w = 2 * c * u, length = (w * sqrt(1 + w * w) + asinh(w)) / (4 * c);
    double parabola[1][4] = {{length, u, c * u * u, atan(w)}};
    check("<poly3 a='0' b='0' c='0.02' d='0'/>", length, parabola, 1);
}
END_TEST

START_TEST(goes_from_one_to_the_next) {
    vg_xml xml;
    vg_xodr_plan plan;
    vg_xodr_place at = {0};
    read("<geometry s='0' x='0' y='0' hdg='0' length='10'><line/></geometry>"
         "<geometry s='10' x='10' y='0' hdg='0' length='10'><arc curvature='0.1'/></geometry>",
         &xml, &plan);
    vg_xodr_plan_walk(&plan, 9, &at);
    ck_assert(at.x == 9 && at.y == 0);
    vg_xodr_plan_walk(&plan, 15, &at);
    ck_assert_double_eq_tol(at.heading, 0.5, 1e-9);
    vg_xodr_plan_walk(&plan, 99, &at); // the end
    ck_assert_double_eq_tol(at.heading, 1, 1e-9);
    vg_xodr_plan_walk(&plan, 1, &at);
    ck_assert_double_eq_tol(at.x, 1, 1e-9);
    vg_xodr_plan_free(&plan);
    vg_xml_free(&xml);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(refuses_what_it_does_not_know) {
    static const char *const bad[][2] = {
        {"<road/>", "f:1: planView: a road without a geometry"},
        {"<road><planView>\n<geometry s='0' x='0' y='0' hdg='0' "
         "length='9'><bezier/></geometry></planView></road>",
         "f:2: geometry: of no known kind; expected line, arc"},
        {"<road><planView><geometry s='0' x='0' y='0' hdg='0'/></planView></road>",
         "length: missing in <geometry>"},
        {"<road><planView><geometry s='0' x='1e9' y='0' hdg='0' "
         "length='1'><line/></geometry></planView></road>",
         "expected lengths up to"},
        {"<road><planView><geometry s='0' x='0' y='0' hdg='0' length='1'><arc/></geometry></planView></road>",
         "curvature: missing"}};
    for (int i = 0; i < 5; i++) {
        vg_xml xml;
        vg_xodr_plan plan;
        ck_ok(vg_xml_parse(bad[i][0], (int64_t)strlen(bad[i][0]), "f", &xml, &diag));
        ck_fails(vg_xodr_plan_read(&xml, xml.root, &plan, &diag), VG_ERR_FORMAT, bad[i][1]);
        vg_xml_free(&xml);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("xodr_plan", lines_and_arcs, spirals, cubics, goes_from_one_to_the_next,
        refuses_what_it_does_not_know)
