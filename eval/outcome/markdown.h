// eval/outcome/markdown.h -- texts from files in Markdown, as text and nothing else.
#ifndef VG_EVAL_OUTCOME_MARKDOWN_H
#define VG_EVAL_OUTCOME_MARKDOWN_H

#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// Append text as a code span, in which no link, picture, heading, mention or HTML is read; on one line, with
// a fence longer than any run of backticks in it (CommonMark 0.31, section 6.1). An empty text becomes a
// blank span.
void vg_markdown_code(vg_text *out, const char *text);

#ifdef __cplusplus
}
#endif
#endif
