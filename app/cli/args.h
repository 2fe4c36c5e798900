// app/cli/args.h -- a command as a table: the same rows parse its arguments, print its help and make its man
// page.
//
// A subcommand is one file app/commands/cmd_X.c that defines `const vg_command vg_command_X`;
// app/commands/commands.h lists X. Flags are `--name value`, `--name=value`, `--switch`. A list takes the
// words up to the next flag (`--logs A B C`) and may be repeated, with other words; `--` ends the flags.
// Every error in arguments is VG_ERR_ARGUMENT.
#ifndef VG_APP_CLI_ARGS_H
#define VG_APP_CLI_ARGS_H

#include "sim/base/config.h"

typedef enum vg_flag_type {
    VG_FLAG_SWITCH, // bool, false unless given
    VG_FLAG_TEXT,   // const char *
    VG_FLAG_LIST,   // vg_list
    VG_FLAG_INT,    // int64_t
    VG_FLAG_DOUBLE, // double
    VG_FLAG_CHOICE, // int32_t: index into the choices
} vg_flag_type;

typedef struct vg_list {
    const char **items; // [count], of argv
    int32_t count;
} vg_list;

typedef struct vg_flag {
    const char *name; // without the dashes
    vg_flag_type type;
    size_t at;            // offsetof the field in the command's options
    const char *value;    // the value's name in the help: "LOG", "N", "M"; NULL for a switch
    double least, most;   // closed range of a number
    const char *standard; // default as a user would type it; NULL: none (a text is NULL then, a number 0)
    const char *choices;  // "png|svg" for VG_FLAG_CHOICE
    bool required;
    const char *help; // one line
    // Returns the i-th choice, NULL past the last, if the choices come from a table; `choices` is NULL then.
    const char *(*choice)(int32_t i);
    bool repeats; // the same word may stand twice in a list
} vg_flag;

enum { VG_CHOICE_SIZE = 32, VG_CHOICES_SIZE = 400 };

// The i-th choice of a VG_FLAG_CHOICE; false past the last. vg_flag_choices: all of them, as "png|svg".
bool vg_flag_choice(const vg_flag *flag, int32_t i, char choice[VG_CHOICE_SIZE]);
void vg_flag_choices(const vg_flag *flag, char text[VG_CHOICES_SIZE]);

// Flags that mean the same in every command. A command names those that it takes.
enum { VG_TAKES_SEED = 1, VG_TAKES_THREADS = 2, VG_TAKES_FORCE = 4, VG_TAKES_JSON = 8, VG_TAKES_EXEC = 16 };

typedef struct vg_command vg_command;
typedef struct vg_call vg_call;
typedef struct vg_made_command vg_made_command;

struct vg_command {
    const char *name;     // "train"
    const char *summary;  // one line, no full stop
    const char *synopsis; // arguments after the name; each line is an alternative; a line that begins with
                          // blanks continues the one before
    // Paragraphs for --help and the man page, which wrap them; a line that begins with a blank is printed
    // unchanged. Or NULL.
    const char *details;
    void (*more)(vg_text *out); // adds more paragraphs, from a table; or NULL
    const char *examples;       // lines to type; or NULL
    const vg_flag *flags;
    int32_t flag_count;
    size_t options_size;
    int32_t least_operands, most_operands; // most -1: any number
    bool once;                             // no operand may stand twice
    unsigned takes;                        // VG_TAKES_...
    bool edits; // its output may be its own input, with --force; else that is refused
    // Where a schema is given, --config FILE and --set KEY=VALUE... fill the struct at config_at of the
    // options: defaults, then the file, then the settings; --help lists the keys.
    const vg_schema *schema;
    size_t config_at;
    // Subcommands (`track new`); NULL-terminated. A command with children may have its own run, which is
    // called if the first word is no child's name (`bench motion` beside `bench score`).
    const vg_command *const *children;
    // Children that come from a table, instead of `children`: makes the i-th in *out; false past the last.
    // They have no children of their own.
    bool (*child)(int32_t i, vg_made_command *out);
    // *status is 0, and may be set to 1 (a check failed, a part was left out) or 3 (inconclusive); after an
    // error the error decides the exit code.
    vg_err (*run)(const vg_call *call, int *status, vg_diag *diag);
};

#define VG_FLAGS(table) .flags = (table), .flag_count = (int32_t)(sizeof(table) / sizeof *(table))

enum { VG_MADE_FLAGS = 16 };

// A command made from a table. It may point at its own flags here, so it must not be moved.
struct vg_made_command {
    vg_command command;
    vg_flag flags[VG_MADE_FLAGS];
};

// The i-th child of a command: from `children` or, if children come from a table, made in *room. NULL past
// the last.
const vg_command *vg_command_child(const vg_command *command, int32_t i, vg_made_command *room);

// A command and its parsed arguments.
struct vg_call {
    const vg_command *command;
    vg_made_command made; // memory of `command`, if it comes from a table
    char name[64];        // "train bc"
    void *options;        // the command's own struct, filled
    vg_list operands;     // operands: the words that are not flags
    uint64_t seed;        // --seed, default 1, at most 2^63 - 1
    bool seed_given;      // --seed stands there
    int64_t threads;      // --threads, default 0: one per core
    bool force, json;     // --force, --json
    bool allow_exec;      // --allow-exec
    bool help;            // --help was given: nothing else is filled
    const char **room;    // memory of the lists
};

// Reads arguments (argv[0] is the first word behind "verge"). commands is NULL-terminated. Free the call
// afterwards, also after an error; its command and name are set as far as they were recognised.
VG_NODISCARD vg_err vg_args_parse(const vg_command *const *commands, int argc, char **argv, vg_call *call,
                                  vg_diag *diag);
void vg_args_free(vg_call *call);

// Finds the command for a path of names (`help train bc`). Errors: VG_ERR_ARGUMENT with the nearest name.
VG_NODISCARD vg_err vg_args_find(const vg_command *const *commands, int argc, char **argv, vg_call *call,
                                 vg_diag *diag);

// VG_REPLACE if --force was given.
vg_overwrite vg_call_overwrite(const vg_call *call);

// X(status, meaning): the exit codes of the program.
#define VG_EXIT_STATUSES(X)                                                                                  \
    X("0", "good")                                                                                           \
    X("1", "a check failed: regressed, a replay differs; import: a part was left out")                       \
    X("2", "wrong usage or bad input; nothing was written")                                                  \
    X("3", "inconclusive")                                                                                   \
    X("4", "a run failed: a policy crashed, a disk was full")                                                \
    X("130", "interrupted")

// The help of a command, or of the program. name: "train bc".
void vg_help_command(const vg_command *command, const char *name, vg_text *out);
void vg_help_program(const vg_command *const *commands, vg_text *out);
// Flag i in the order of the help: the command's own, the common ones, --help; NULL past the last.
// vg_help_flag_text writes its two cells: "--logs LOG...", and the text.
const vg_flag *vg_help_flag(const vg_command *command, int32_t i);
enum { VG_HELP_CELL = 800 };
void vg_help_flag_cells(const vg_flag *flag, char left[80], char right[VG_HELP_CELL]);
// A command's details, and the paragraphs that come from a table.
void vg_help_details(const vg_command *command, vg_text *out);

// The same text as man pages in roff, section 1: verge.1, and verge-train-bc.1 for `train bc`.
void vg_man_command(const vg_command *command, const char *name, vg_text *out);
void vg_man_program(const vg_command *const *commands, vg_text *out);
// Writes all man pages into a folder, which is made. Errors: those of vg_file_write.
VG_NODISCARD vg_err vg_man_write(const vg_command *const *commands, const char *folder, vg_diag *diag);

// The flags that a command takes beyond its own: the common ones, --config and --set. `at` is an offset in
// vg_call. Returns NULL past the last.
const vg_flag *vg_args_common(const vg_command *command, int32_t i);

#endif
