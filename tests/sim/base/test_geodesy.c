#include "sim/base/geodesy.h"

#include <math.h>

#include "tests/check.h"

// Lengths of a degree by WGS 84's tables: 110.574 km of latitude and 111.320 km of longitude at the equator,
// 111.132 and 78.847 km at 45 degrees.
START_TEST(a_degree_is_as_long_as_tables_say) {
    static const double tables[][3] = {
        {0, 110574.3, 111319.5}, {45, 111131.8, 78846.8}, {-45, 111131.8, 78846.8}};
    for (int i = 0; i < 3; i++) {
        double latitude = tables[i][0], x, y;
        vg_plane plane = vg_plane_at(latitude, 179.99995);
        vg_plane_project(&plane, latitude + 5e-5, 179.99995, &x, &y);
        ck_assert_double_eq_tol(y / 5e-5, tables[i][1], 2);
        ck_assert_double_eq_tol(x, 0, 1e-6);
        vg_plane_project(&plane, latitude, 180.00005, &x, &y); // past the date line
        ck_assert_double_eq_tol(x / 1e-4, tables[i][2], 2);
        vg_plane_project(&plane, latitude, -179.99995, &x, &y); // the same place
        ck_assert_double_eq_tol(x / 1e-4, tables[i][2], 2);
    }
}
END_TEST

START_TEST(there_and_back) {
    for (int i = 0; i < 5; i++) {
        double latitude, longitude, x = 7000 - 4000 * i, y = 9000 * i - 20000, again[2];
        vg_plane plane = vg_plane_at(-80 + 40 * i, 179.9 - 90 * i);
        vg_plane_unproject(&plane, x, y, &latitude, &longitude);
        vg_plane_project(&plane, latitude, longitude, &again[0], &again[1]);
        ck_assert_double_eq_tol(again[0], x, 1e-6);
        ck_assert_double_eq_tol(again[1], y, 1e-6);
        ck_assert(longitude >= -180 && longitude <= 180);
    }
}
END_TEST

CK_MAIN("geodesy", a_degree_is_as_long_as_tables_say, there_and_back)
