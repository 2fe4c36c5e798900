#include "eval/outcome/markdown.h"

#include <string.h>

void vg_markdown_code(vg_text *out, const char *text) {
    int most = 0, run = 0;
    size_t length = strlen(text);
    for (const char *c = text; *c; c++) {
        run = *c == '`' ? run + 1 : 0;
        if (run > most) most = run;
    }
    // A blank at each end, which CommonMark takes away again, keeps a backtick there apart from the fence.
    const char *apart = most || text[0] == ' ' || !length ? " " : "";
    for (int i = 0; i <= most; i++) vg_text_add(out, "`");
    vg_text_add(out, "%s", apart);
    vg_text_line(out, text, (int64_t)length);
    vg_text_add(out, "%s", apart);
    for (int i = 0; i <= most; i++) vg_text_add(out, "`");
}
