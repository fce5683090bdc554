#include "algorithms/compression/dense_payload.hpp"
#include "algorithms/compression/payload_kind.hpp"
#include "algorithms/compression/sparse_payload.hpp"

namespace echelon::compression {
namespace {

constexpr payload_kind every_kind[]{
    {payload_id::sparse, "sparse", check_sparse, add_sparse},
    {payload_id::dense_fp32, "dense-fp32", check_dense<wire_format::full>,
     add_dense<wire_format::full>},
    {payload_id::dense_fp16, "dense-fp16", check_dense<wire_format::fp16>,
     add_dense<wire_format::fp16>},
    {payload_id::dense_bf16, "dense-bf16", check_dense<wire_format::bf16>,
     add_dense<wire_format::bf16>},
};

}  // namespace

std::span<const payload_kind> payload_kinds() { return every_kind; }

}  // namespace echelon::compression
