#include "app/web/trouble.h"

#include <emscripten.h>

void vg_web_trouble(const vg_diag *diag) {
    char text[1024];
    vg_diag_format(diag, text, sizeof text);
    EM_ASM({ Module['trouble'] = UTF8ToString($0); }, text);
}
