// app/commands/import_onnx.h -- `verge import onnx`, a child of `verge import`.
#ifndef VG_APP_COMMANDS_IMPORT_ONNX_H
#define VG_APP_COMMANDS_IMPORT_ONNX_H

#include "app/cli/args.h"

extern const vg_command vg_command_import_onnx;

#endif
