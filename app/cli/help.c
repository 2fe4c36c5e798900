// The help of the program and its commands, out of their tables.
#include <stdio.h>
#include <string.h>

#include "app/cli/args.h"

void vg_help_flag_cells(const vg_flag *flag, char left[80], char right[256]) {
    snprintf(left, 80, "--%s%s%s%s", flag->name, flag->value ? " " : "", flag->value ? flag->value : "",
             flag->type == VG_FLAG_LIST && flag->value && !strstr(flag->value, "...") &&
                     strcmp(flag->name, "config") != 0
                 ? "..."
                 : "");
    char least[32], most[32], note[160] = "";
    size_t n = 0;
    if (flag->required) n += (size_t)snprintf(note + n, sizeof note - n, "; required");
    if (flag->type == VG_FLAG_CHOICE) n += (size_t)snprintf(note + n, sizeof note - n, "; %s", flag->choices);
    if (flag->type == VG_FLAG_INT || flag->type == VG_FLAG_DOUBLE) {
        vg_format_double(flag->least, least);
        vg_format_double(flag->most, most);
        if (flag->most >= 0x1p63)
            n += (size_t)snprintf(note + n, sizeof note - n, "; %s or more", least);
        else
            n += (size_t)snprintf(note + n, sizeof note - n, "; %s to %s", least, most);
    }
    if (flag->standard && flag->standard[0])
        n += (size_t)snprintf(note + n, sizeof note - n, "; default %s", flag->standard);
    snprintf(right, 256, "%s%s%s%s", flag->help, n ? " (" : "", n ? note + 2 : "", n ? ")" : "");
}

static const vg_flag help_flag = {"help", VG_FLAG_SWITCH, .help = "this text"};

const vg_flag *vg_help_flag(const vg_command *command, int32_t i) {
    if (i < command->flag_count) return &command->flags[i];
    i -= command->flag_count;
    const vg_flag *flag = vg_args_common(command, i);
    if (flag) return flag;
    return i == 0 || vg_args_common(command, i - 1) ? &help_flag : NULL;
}

static void help_flags(const vg_command *command, vg_text *out) {
    const vg_flag *flag;
    char left[80], right[256];
    int width = 0;
    for (int32_t i = 0; (flag = vg_help_flag(command, i)); i++) {
        vg_help_flag_cells(flag, left, right);
        if ((int)strlen(left) > width) width = (int)strlen(left);
    }
    vg_text_add(out, "\nflags:\n");
    for (int32_t i = 0; (flag = vg_help_flag(command, i)); i++) {
        vg_help_flag_cells(flag, left, right);
        vg_text_add(out, "  %-*s  %s\n", width, left, right);
    }
}

static void help_children(const vg_command *const *commands, vg_text *out) {
    int width = 0;
    for (int i = 0; commands[i]; i++)
        if ((int)strlen(commands[i]->name) > width) width = (int)strlen(commands[i]->name);
    vg_text_add(out, "\ncommands:\n");
    for (int i = 0; commands[i]; i++)
        vg_text_add(out, "  %-*s  %s\n", width, commands[i]->name, commands[i]->summary);
}

// Each line of a text behind a few blanks.
static void indented(vg_text *out, const char *text, const char *blanks) {
    while (*text) {
        int length = (int)strcspn(text, "\n");
        vg_text_add(out, "%s%.*s\n", length ? blanks : "", length, text);
        text += length + (text[length] == '\n');
    }
}

void vg_help_command(const vg_command *command, const char *name, vg_text *out) {
    vg_text_add(out, "verge %s: %s\n\n", name, command->summary);
    const char *synopsis = command->synopsis ? command->synopsis : command->children ? "COMMAND" : "";
    for (const char *line = synopsis, *lead = "usage:"; lead; lead = line ? "      " : NULL) {
        int length = (int)strcspn(line, "\n");
        vg_text_add(out, "%s verge %s %.*s\n", lead, name, length, line);
        line = line[length] ? line + length + 1 : NULL;
    }
    if (command->details) {
        vg_text_add(out, "\n");
        indented(out, command->details, "");
    }
    if (command->children) {
        help_children(command->children, out);
        vg_text_add(out, "\nsee 'verge help %s COMMAND'\n", name);
    }
    if (command->run) help_flags(command, out);
    if (command->schema) {
        vg_text_add(out, "\nconfiguration, for --config and --set:\n");
        vg_config_help(command->schema, out);
    }
    if (command->examples) {
        vg_text_add(out, "\nexamples:\n");
        indented(out, command->examples, "  ");
    }
}

void vg_help_program(const vg_command *const *commands, vg_text *out) {
    vg_text_add(out, "verge: a driving testbed for imitation learning\n\n"
                     "usage: verge COMMAND [ARGUMENTS]\n"
                     "       verge help COMMAND\n"
                     "       verge help --man FOLDER\n"
                     "       verge --version\n");
    help_children(commands, out);
    vg_text_add(out, "\nexit status:\n");
#define X(status, meaning) vg_text_add(out, "  %-3s  %s\n", status, meaning);
    VG_EXIT_STATUSES(X)
#undef X
}
