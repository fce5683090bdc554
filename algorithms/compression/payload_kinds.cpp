#include "algorithms/compression/dense_payload.hpp"
#include "algorithms/compression/payload_kind.hpp"
#include "algorithms/compression/payloads/level_payload.hpp"
#include "algorithms/compression/payloads/low_rank_payload.hpp"
#include "algorithms/compression/payloads/power_payload.hpp"
#include "algorithms/compression/payloads/seeded_payload.hpp"
#include "algorithms/compression/payloads/sign_payload.hpp"
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
    {payload_id::levels, "levels", check_levels, add_levels},
    {payload_id::signs, "signs", check_signs, add_signs},
    {payload_id::powers, "powers", check_powers, add_powers},
    {payload_id::low_rank, "low-rank", check_low_rank, add_low_rank},
    {payload_id::seeded, "seeded", check_seeded, add_seeded},
};

}  // namespace

std::span<const payload_kind> payload_kinds() { return every_kind; }

}  // namespace echelon::compression
