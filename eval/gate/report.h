// eval/gate/report.h -- a verdict as files: JSON, JUnit, Markdown for a build's summary, annotations for
// GitHub.
#ifndef VG_EVAL_GATE_REPORT_H
#define VG_EVAL_GATE_REPORT_H

#include "eval/gate/judge.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_GATE_WORST = 5 };

// Everything is borrowed.
typedef struct vg_gate_report {
    const vg_drives *baseline, *result;
    const vg_judgement *judgement;
    const char *gate; // the name that the user gave: "standard"
    int32_t worst[VG_GATE_WORST], worst_count;
} vg_gate_report;

// Fills worst.
vg_gate_report vg_gate_report_of(const vg_drives *baseline, const vg_drives *result,
                                 const vg_judgement *judgement, const char *gate);

// One line: "regressed: off_road, progress". In buffer[256], which is returned.
char *vg_gate_headline(const vg_judgement *judgement, char *buffer);
// "20.3 % (baseline 2.1 %), +18.2 points, bound +13.1, margin +2.0": a metric in one line, in buffer[256].
char *vg_gate_line(const vg_judged *row, char *buffer);
// Formats a value of a metric, and a difference with its sign; shares are in %. buffer[48].
char *vg_gate_value(int32_t metric, double value, char *buffer);
char *vg_gate_difference(int32_t metric, double value, char *buffer);
enum { VG_GATE_BOUNDS = 104 };
// "+13.1 to +22.4": the difference's bounds; "-" if the metric was not measured. buffer[VG_GATE_BOUNDS].
char *vg_gate_bounds(const vg_judged *row, char *buffer);
// What happened in worst episode i: "left the road at 12.3 s" or "drift 0.21 m, was 0.15 m". buffer[128].
char *vg_gate_fate(const vg_gate_report *report, int32_t i, char *buffer);
// Append the line to type that shows worst episode i as it was scored, quoted for a shell.
void vg_gate_command(const vg_gate_report *report, int32_t i, vg_text *out);

// All of these append. An error is kept in the text: out->failed.
void vg_gate_junit(const vg_gate_report *report, vg_text *out);
void vg_gate_markdown(const vg_gate_report *report, vg_text *out);
void vg_gate_annotations(const vg_gate_report *report,
                         vg_text *out); // one line for each metric that does not pass
// Escapes the characters that the text of a workflow command may not hold.
void vg_gate_escape(const char *text, vg_text *out);
VG_NODISCARD vg_err vg_gate_json(const vg_gate_report *report, vg_text *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
