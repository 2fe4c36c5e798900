// All three scripts hold one table: for each path ("train bc", or "train bc --scaling" for a flag's values)
// the words that may follow, each with its description behind a tab. bash and zsh share it and the functions
// that walk it.
#include "app/cli/completion.h"

#include <stdio.h>
#include <string.h>

#include "agents/experts/expert.h"
#include "eval/score/suite.h"
#include "sim/car.h"
#include "tracks/library.h"

enum { PATH_SIZE = 160, DESCRIPTION = 90 };

static const char *const shells[] = {"bash", "zsh", "fish"};

vg_err vg_shell_find(const char *name, vg_shell *out, vg_diag *diag) {
    for (int i = 0; i <= VG_SHELL_FISH; i++)
        if (strcmp(name, shells[i]) == 0) {
            *out = (vg_shell)i;
            return VG_OK;
        }
    return vg_fail(diag, VG_ERR_ARGUMENT, "no completion for '%.40s'; there is one for bash, zsh and fish",
                   name);
}

// --- values ----------------------------------------------------------------------------------------------

static const char *expert_name(int32_t i, char *buffer) {
    const vg_schema *schema = vg_expert_schema(i);
    (void)buffer;
    return schema ? schema->name : NULL;
}

// Flags whose values have names, beside files.
static const struct {
    const char *flag;
    const char *(*name)(int32_t i, char *buffer);
} named[] = {
    {"road", vg_library_name}, {"roads", vg_library_name}, {"valid", vg_library_name}, {"car", vg_car_name},
    {"suite", vg_suite_name},  {"expert", expert_name},    {"policy", expert_name},
};

static const char *(*names_of(const char *flag))(int32_t, char *) {
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (strcmp(named[i].flag, flag) == 0) return named[i].name;
    return NULL;
}

// --- the table -------------------------------------------------------------------------------------------

typedef struct table {
    vg_shell shell;
    vg_text *out;
} table;

// A text between single quotes, cut to what a terminal shows beside a word.
static void quoted(vg_text *out, const char *text, size_t most) {
    size_t size = strlen(text);
    if (size > most)
        for (size = most; (text[size] & 0xc0) == 0x80;) size--;
    vg_text_add(out, "'");
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\'')
            vg_text_add(out, "'\\''");
        else
            vg_text_add(out, "%c", text[i] == '\n' ? ' ' : text[i]);
    }
    vg_text_add(out, "%s'", text[size] ? "..." : "");
}

static void row(const table *t, const char *word, const char *description) {
    vg_text_add(t->out, t->shell == VG_SHELL_FISH ? "\n        " : " \\\n        ");
    if (t->shell == VG_SHELL_FISH) vg_text_add(t->out, "echo ");
    vg_text_add(t->out, "'%s'", word);
    if (*description) {
        vg_text_add(t->out, "%s", t->shell == VG_SHELL_FISH ? "\\t" : "$'\\t'");
        quoted(t->out, description, DESCRIPTION);
    }
}

// flag: "", or the one whose values follow.
static void open_case(const table *t, const char *path, const char *flag) {
    vg_text_add(t->out, "    %s'%s%s%s'%s", t->shell == VG_SHELL_FISH ? "case " : "", path,
                *flag ? " --" : "", flag, t->shell == VG_SHELL_FISH ? "" : ") printf '%s\\n'");
}

static void close_case(const table *t) { vg_text_add(t->out, t->shell == VG_SHELL_FISH ? "\n" : " ;;\n"); }

static void flag_values(table *t, const char *path, const vg_flag *flag) {
    const char *(*name)(int32_t, char *) = names_of(flag->name);
    char choice[VG_CHOICE_SIZE], buffer[64];
    const char *word;
    if (flag->type != VG_FLAG_CHOICE && !name) return;
    open_case(t, path, flag->name);
    for (int32_t i = 0; flag->type == VG_FLAG_CHOICE && vg_flag_choice(flag, i, choice); i++)
        row(t, choice, "");
    for (int32_t i = 0; name && (word = name(i, buffer)); i++) row(t, word, "");
    close_case(t);
}

static void settings(table *t, const char *path, const vg_schema *schema) {
    char word[128];
    open_case(t, path, "set");
    for (int32_t i = 0; i < schema->count; i++) {
        snprintf(word, sizeof word, "%s=", schema->keys[i].name);
        row(t, word, schema->keys[i].help);
    }
    close_case(t);
}

static void command_rows(table *t, const char *path, const vg_command *command) {
    const vg_flag *flag;
    const vg_command *child;
    vg_made_command made;
    char word[64];
    open_case(t, path, "");
    for (int32_t i = 0; (child = vg_command_child(command, i, &made)); i++)
        row(t, child->name, child->summary);
    for (int32_t i = 0; command->run && (flag = vg_help_flag(command, i)); i++) {
        snprintf(word, sizeof word, "--%s", flag->name);
        row(t, word, flag->help);
    }
    close_case(t);
    for (int32_t i = 0; command->run && (flag = vg_help_flag(command, i)); i++) flag_values(t, path, flag);
    if (command->schema) settings(t, path, command->schema);
}

// Paths of the commands below; and, of each, either a line or its rows of the table.
static void walk(table *t, const char *above, const vg_command *parent, bool lines) {
    const vg_command *child;
    vg_made_command made;
    char path[PATH_SIZE];
    for (int32_t i = 0; (child = vg_command_child(parent, i, &made)); i++) {
        snprintf(path, sizeof path, "%s%s%s", above, *above ? " " : "", child->name);
        if (lines)
            vg_text_add(t->out, "%s\n", path);
        else
            command_rows(t, path, child);
        walk(t, path, child, lines);
    }
}

static void program_rows(table *t, const vg_command *program) {
    static const char *const own[][2] = {{"help", "the help of a command"}, {"--version", "verge's version"}};
    const vg_command *child;
    vg_made_command made;
    open_case(t, "", "");
    for (int32_t i = 0; (child = vg_command_child(program, i, &made)); i++)
        row(t, child->name, child->summary);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) row(t, own[i][0], own[i][1]);
    close_case(t);
    walk(t, "", program, false);
}

// --- scripts ---------------------------------------------------------------------------------------------

// The path of the words before the cursor, and the flag that they end in, if it may take a value.
static const char in_sh[] =
    "# Sets command to the command that the words name, and flag to the last flag among them.\n"
    "_verge_walk() {\n"
    "    command='' flag=''\n"
    "    local word next\n"
    "    for word in \"$@\"; do\n"
    "        next=\"${command:+$command }$word\"\n"
    "        case $word in\n"
    "        --*=*) flag='' ;;\n"
    "        --*) flag=$word ;;\n"
    "        *) [[ -z $flag && $_verge_paths == *$'\\n'\"$next\"$'\\n'* ]] && command=$next ;;\n"
    "        esac\n"
    "    done\n"
    "    [[ $1 == help ]] && shift && _verge_walk \"$@\"\n"
    "}\n";

static const char in_bash[] =
    "_verge() {\n"
    "    local command flag word=${COMP_WORDS[COMP_CWORD]} lines\n"
    "    _verge_walk \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"\n"
    "    COMPREPLY=()\n"
    "    if [[ $word != -* && -n $flag ]]; then\n"
    "        lines=$(_verge_words \"$command $flag\")\n"
    "    else\n"
    "        lines=$(_verge_words \"$command\")\n"
    "    fi\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$(cut -f 1 <<<\"$lines\")\" -- \"$word\")\n"
    "    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n"
    "    return 0\n"
    "}\n"
    "complete -o bashdefault -o default -F _verge verge\n";

static const char in_zsh[] = "_verge() {\n"
                             "    local command flag line\n"
                             "    local -a found\n"
                             "    _verge_walk \"${(@)words[2,CURRENT-1]}\"\n"
                             "    [[ ${words[CURRENT]} != -* && -n $flag ]] && command=\"$command $flag\"\n"
                             "    for line in ${(f)\"$(_verge_words \"$command\")\"}; do\n"
                             "        found+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\")\n"
                             "    done\n"
                             "    (( $#found )) && _describe verge found\n"
                             "    _files\n"
                             "}\n"
                             "compdef _verge verge\n";

static const char in_fish[] = "function __verge_complete\n"
                              "    set -l path ''\n"
                              "    set -l flag ''\n"
                              "    for word in (commandline -opc)[2..]\n"
                              "        set -l next (string trim -- \"$path $word\")\n"
                              "        switch $word\n"
                              "            case '--*=*'\n"
                              "                set flag ''\n"
                              "            case '--*'\n"
                              "                set flag $word\n"
                              "            case '*'\n"
                              "                if test -z \"$flag\"; and contains -- $next $__verge_paths\n"
                              "                    set path $next\n"
                              "                end\n"
                              "        end\n"
                              "    end\n"
                              "    if test -n \"$flag\"; and not string match -q -- '-*' (commandline -ct)\n"
                              "        set path \"$path $flag\"\n"
                              "    end\n"
                              "    __verge_words $path\n"
                              "end\n"
                              "complete -c verge -a '(__verge_complete)'\n";

static void write_sh(table *t, const vg_command *program) {
    vg_text_add(t->out, "_verge_paths=$'\\n'\"");
    walk(t, "", program, true);
    vg_text_add(t->out, "\"\n_verge_words() {\n    case $1 in\n");
    program_rows(t, program);
    vg_text_add(t->out, "    esac\n}\n%s%s", in_sh, t->shell == VG_SHELL_ZSH ? in_zsh : in_bash);
}

static void write_fish(table *t, const vg_command *program) {
    vg_text_add(t->out, "set -g __verge_paths (string split \\n '");
    walk(t, "", program, true);
    vg_text_add(t->out, "')\nfunction __verge_words\n    switch \"$argv\"\n");
    program_rows(t, program);
    vg_text_add(t->out, "    end\nend\n%s", in_fish);
}

void vg_completion_write(const vg_command *const *commands, vg_shell shell, vg_text *out) {
    vg_command program = {.children = commands};
    table t = {.shell = shell, .out = out};
    vg_text_add(out, "%s# Completion of verge for %s, made by `verge help --completion %s`.\n",
                shell == VG_SHELL_ZSH ? "#compdef verge\n" : "", shells[shell], shells[shell]);
    if (shell == VG_SHELL_FISH)
        write_fish(&t, &program);
    else
        write_sh(&t, &program);
}
