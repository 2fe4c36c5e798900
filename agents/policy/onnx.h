// agents/policy/onnx.h -- policies as ONNX, for runtimes that know nothing of verge, and from tools that do
// not know it.
//
// What is written is the whole policy: observations as they are sensed go in, float32 [batch, sense values];
// actions come out, float32 [batch, 2] in [-1, 1]:
//
//     Sub (mean), Mul (scale), Gemm, Tanh or Relu, Gemm, ..., Gemm, Clip (-1, 1)
//
// The metadata of the model is that of the policy file (policy_file.h), key by key, with `sense_names` (the
// columns, comma-separated) and, for a Gaussian head, `log_std`. So a policy that was written as ONNX and
// read again is the same policy, with the same content hash.
//
// Needs protobuf-c when verge is built; without it both functions give VG_ERR_ARGUMENT and say so.
#ifndef VG_AGENTS_POLICY_ONNX_H
#define VG_AGENTS_POLICY_ONNX_H

#include "agents/policy/network_policy.h"
#include "sim/base/file.h"

#ifdef __cplusplus
extern "C" {
#endif

// The operator set that is written, and the version of the intermediate representation that belongs to it:
// ONNX 1.8 (2020) and all later ones read it.
enum { VG_ONNX_OPSET = 13, VG_ONNX_IR = 7 };
enum { VG_ONNX_FILE_MOST = 256 << 20 }; // bytes of a file that is read

// The same policy gives the same bytes. Errors: VG_ERR_ARGUMENT (no multilayer perceptron; a head that does
// more than to take the outputs as the action), those of vg_file_write, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_onnx_write(const char *path, vg_overwrite overwrite, const vg_policy_info *info,
                                  const vg_network *net, vg_diag *diag);

// What the file does not say itself; zero-initialise. A field that is not NULL holds, whatever the file says.
typedef struct vg_onnx_def {
    const vg_sense *sense; // needed where the file's metadata has none
    const vg_car *car;     // default: the file's, else the default car
} vg_onnx_def;

// A multilayer perceptron from a file of whatever tool: a chain of Gemm, MatMul and Add, Tanh or Relu, with
// Sub, Add, Mul and Div by constants before the first layer (they become the normaliser) and behind a layer
// (they become part of it), Clip to [-1, 1] at the end, and Identity, Flatten and Dropout (as in inference)
// anywhere. A Tanh or Relu at the end becomes a hidden layer before an identity. Numbers may be float or
// double, in the file itself. The file is not trusted. Errors: those of vg_file_read; VG_ERR_FORMAT naming
// the node and its operator, or the tensor; VG_ERR_MISMATCH (the graph does not have the sense's number of
// inputs, or not two outputs); VG_ERR_ARGUMENT (no sense); VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_onnx_read(const char *path, const vg_onnx_def *def, vg_policy **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
