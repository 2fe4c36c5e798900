// app/cli/fonts.h -- a word of warning where pictures will have no text.
#ifndef VG_APP_CLI_FONTS_H
#define VG_APP_CLI_FONTS_H

// Before pictures are drawn: warn where this machine has no fonts. Nothing in a build without figures.
void vg_say_without_fonts(void);

#endif
