#include "app/cli/fonts.h"

#include "app/cli/output.h"

#ifdef VG_WITH_FIGURES
#include "eval/figures/canvas.h"

void vg_say_without_fonts(void) {
    if (!vg_canvas_has_fonts())
        vg_say_warning(
            "this machine has no fonts: pictures (PNG) and windows have no text. Install a font, such as "
            "fonts-dejavu-core; SVG is not concerned");
}
#else
void vg_say_without_fonts(void) {}
#endif
