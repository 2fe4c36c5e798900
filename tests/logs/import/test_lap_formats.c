// The table of telemetry formats: what each row must be, and that reading uses it.
#include "logs/import/lap_formats.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/file.h"
#include "tests/check.h"

static vg_diag diag;

START_TEST(rows_are_whole) {
    char *page, row[80];
    int64_t size;
    ck_ok(vg_file_read(VG_ROOT "/docs/formats.md", 0, &page, &size, &diag));
    const vg_lap_format *format;
    int32_t count = 0;
    for (; (format = vg_lap_format_at(count)); count++) {
        const vg_format *about = &format->about;
        ck_assert_ptr_eq(vg_lap_formats[count], about);
        ck_assert_ptr_eq(vg_format_named(vg_lap_formats, about->name), about);
        ck_assert(about->endings && about->summary && about->help && about->sniff && format->read);
        snprintf(row, sizeof row, "verge import %s ", about->name);
        ck_assert_msg(about->examples && strstr(about->examples, row), "no example of '%s'", about->name);
        snprintf(row, sizeof row, "\n| `%s` | .%.*s", about->name, (int)strcspn(about->endings, " "),
                 about->endings);
        ck_assert_msg(strstr(page, row), "docs/formats.md lacks the format '%s'", about->name);
    }
    ck_assert_int_ge(count, 1);
    ck_assert_ptr_null(vg_lap_formats[count]);
    ck_assert_ptr_null(vg_lap_format_at(-1));
    vg_free(page);
}
END_TEST

START_TEST(finds_the_format) {
    static const char lap[] = "t_s,x_m,y_m,heading_rad,speed_mps\n0,1,2,0,5\n1,2,2,0,5\n";
    vg_lap out;
    ck_ok(vg_lap_parse(NULL, lap, sizeof lap - 1, "a.txt", NULL, &out, &diag)); // found by its content
    ck_assert(out.count == 2 && out.samples[1].x == 2);
    vg_lap_free(&out);
    ck_fails(vg_lap_parse(NULL, "time\n", 5, "a.csv", NULL, &out, &diag), VG_ERR_FORMAT,
             "a.csv:1: x_m: the column is missing"); // found by its ending
    ck_fails(vg_lap_parse(NULL, "<a>", 3, "a.abc", NULL, &out, &diag), VG_ERR_FORMAT,
             "a.abc: is not a lap in a format that verge reads: csv (.csv .txt), fastf1 (.csv)");
    ck_assert_ptr_null(out.samples);
    ck_fails(vg_lap_parse(vg_lap_format_at(0), "a b", 3, "a.gpx", NULL, &out, &diag), VG_ERR_FORMAT,
             "a.gpx:1: t_s: the column is missing"); // given by the caller
    ck_fails(vg_lap_parse(vg_lap_format_at(0), "<kml>", 5, "a.csv", NULL, &out, &diag), VG_ERR_FORMAT,
             "a.csv: is KML"); // named, whatever the caller says
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("lap_formats", rows_are_whole, finds_the_format)
