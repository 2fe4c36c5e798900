#include "eval/figures/palette.h"

#include <assert.h>

static const struct {
    const char *css;
    uint32_t light, dark;
} palette[VG_ROLE_COUNT] = {[VG_ROLE_NONE] = {"none", 0, 0},
#define X(name, css, light, dark) [VG_ROLE_##name] = {css, light, dark},
                            VG_ROLES(X)
#undef X
};

uint32_t vg_role_colour(vg_role role, vg_theme theme) {
    assert(role > VG_ROLE_NONE && role < VG_ROLE_COUNT);
    return theme == VG_THEME_DARK ? palette[role].dark : palette[role].light;
}

const char *vg_role_name(vg_role role) { return palette[role].css; }

vg_role vg_role_series(int32_t i) { return VG_ROLE_SERIES_0 + (vg_role)(i % VG_SERIES_COUNT); }

vg_role vg_role_ramp(double level) {
    if (!(level < 1)) return VG_ROLE_RAMP_9;
    return VG_ROLE_RAMP_0 + (vg_role)(level > 0 ? level * VG_RAMP_COUNT : 0);
}

static void add_variables(vg_text *out, const char *selector, vg_theme theme) {
    vg_text_add(out, "%s{", selector);
    for (vg_role role = VG_ROLE_PAPER; role < VG_ROLE_COUNT; role++)
        vg_text_add(out, "--vg-%s:#%06x;", palette[role].css, (unsigned)vg_role_colour(role, theme));
    vg_text_add(out, "}\n");
}

void vg_palette_css(vg_text *out) {
    add_variables(out, ":root", VG_THEME_LIGHT);
    vg_text_add(out, "@media (prefers-color-scheme:dark){\n");
    add_variables(out, ":root:not([data-theme=\"light\"])", VG_THEME_DARK);
    vg_text_add(out, "}\n");
    add_variables(out, ":root[data-theme=\"dark\"]", VG_THEME_DARK);
    for (vg_role role = VG_ROLE_PAPER; role < VG_ROLE_COUNT; role++) {
        const char *css = palette[role].css;
        vg_text_add(out, ".vg-f-%s{fill:var(--vg-%s)}.vg-s-%s{stroke:var(--vg-%s)}\n", css, css, css, css);
    }
}
