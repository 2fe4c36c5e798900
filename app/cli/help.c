// The help of the program and its commands, made from their tables.
#include <stdio.h>
#include <string.h>

#include "app/cli/args.h"

void vg_help_flag_cells(const vg_flag *flag, char left[80], char right[VG_HELP_CELL]) {
    snprintf(left, 80, "--%s%s%s%s", flag->name, flag->value ? " " : "", flag->value ? flag->value : "",
             flag->type == VG_FLAG_LIST && flag->value && !strstr(flag->value, "...") &&
                     strcmp(flag->name, "config") != 0
                 ? "..."
                 : "");
    char least[32], most[32], choices[VG_CHOICES_SIZE], note[VG_CHOICES_SIZE + 160] = "";
    size_t n = 0;
    if (flag->required) n += (size_t)snprintf(note + n, sizeof note - n, "; required");
    if (flag->type == VG_FLAG_CHOICE) {
        vg_flag_choices(flag, choices);
        n += (size_t)snprintf(note + n, sizeof note - n, "; %s", choices);
    }
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
    snprintf(right, VG_HELP_CELL, "%s%s%s%s", flag->help, n ? " (" : "", n ? note + 2 : "", n ? ")" : "");
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
    char left[80], right[VG_HELP_CELL];
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

static void help_children(const vg_command *parent, vg_text *out) {
    int width = 0;
    const vg_command *child;
    vg_made_command made;
    for (int32_t i = 0; (child = vg_command_child(parent, i, &made)); i++)
        if ((int)strlen(child->name) > width) width = (int)strlen(child->name);
    vg_text_add(out, "\ncommands:\n");
    for (int32_t i = 0; (child = vg_command_child(parent, i, &made)); i++)
        vg_text_add(out, "  %-*s  %s\n", width, child->name, child->summary);
}

// Prints each line of a text after a few blanks.
static void indented(vg_text *out, const char *text, const char *blanks) {
    while (*text) {
        int length = (int)strcspn(text, "\n");
        vg_text_add(out, "%s%.*s\n", length ? blanks : "", length, text);
        text += length + (text[length] == '\n');
    }
}

enum { LINE = 100 };

// Adds the words of text[size] to a line that has `*used` columns. A word that would pass LINE begins a new
// line, behind `indent` blanks.
static void wrap(vg_text *out, const char *text, int size, int indent, int *used) {
    for (int at = 0; at < size;) {
        at += (int)strspn(text + at, " \n");
        int length = at < size ? (int)strcspn(text + at, " \n") : 0;
        if (at + length > size) length = size - at;
        if (length <= 0) break;
        bool first = *used <= indent;
        if (!first && *used + 1 + length > LINE) {
            vg_text_add(out, "\n%*s", indent, "");
            *used = indent;
            first = true;
        }
        vg_text_add(out, "%s%.*s", first ? "" : " ", length, text + at);
        *used += length + !first;
        at += length;
    }
}

// Prints paragraphs wrapped into lines. A blank line ends a paragraph, and a line that begins with a blank is
// printed unchanged.
static void paragraphs(vg_text *out, const char *text) {
    int used = 0;
    for (int size; *text; text += size + (text[size] == '\n')) {
        size = (int)strcspn(text, "\n");
        bool as_it_is = size == 0 || text[0] == ' ';
        if (as_it_is && used) vg_text_add(out, "\n");
        if (as_it_is) {
            vg_text_add(out, "%.*s\n", size, text);
            used = 0;
        } else {
            wrap(out, text, size, 0, &used);
        }
    }
    if (used) vg_text_add(out, "\n");
}

// Each line of the text is an alternative. A line that begins with blanks continues the one before.
static void usage(vg_text *out, const char *name, const char *synopsis) {
    int indent = (int)(strlen("usage: verge  ") + strlen(name)), used = 0;
    bool first = true;
    for (int size; first || *synopsis; synopsis += size + (synopsis[size] == '\n'), first = false) {
        size = (int)strcspn(synopsis, "\n");
        if (first || synopsis[0] != ' ') {
            vg_text_add(out, "%s%s verge %s ", first ? "" : "\n", first ? "usage:" : "      ", name);
            used = indent;
        }
        wrap(out, synopsis, size, indent, &used);
    }
    vg_text_add(out, "\n");
}

void vg_help_details(const vg_command *command, vg_text *out) {
    if (command->details) vg_text_add(out, "%s", command->details);
    if (!command->more) return;
    if (command->details) vg_text_add(out, "\n\n");
    command->more(out);
}

void vg_help_command(const vg_command *command, const char *name, vg_text *out) {
    vg_text_add(out, "verge %s: %s\n\n", name, command->summary);
    const char *synopsis = command->synopsis ? command->synopsis : command->children ? "COMMAND" : "";
    usage(out, name, synopsis);
    vg_text details = {0};
    vg_help_details(command, &details);
    if (details.size) {
        vg_text_add(out, "\n");
        paragraphs(out, details.bytes);
    }
    out->failed |= details.failed;
    vg_text_free(&details);
    if (command->children || command->child) {
        help_children(command, out);
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
                     "       verge help --completion bash|zsh|fish\n"
                     "       verge --version\n");
    help_children(&(vg_command){.children = commands}, out);
    vg_text_add(out, "\nexit status:\n");
#define X(status, meaning) vg_text_add(out, "  %-3s  %s\n", status, meaning);
    VG_EXIT_STATUSES(X)
#undef X
}
