#include "container.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace proviso::proof {

namespace {

constexpr std::array<std::string_view, kMembers> kNames{
    "clip.mp4", "manifest.json", "evidence.json", "checkpoint", "README.txt"};
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kSizeDigits = 11;
constexpr std::size_t kSumAt = 148;
constexpr std::size_t kEndBlocks = 2;

std::size_t padding(std::uint64_t size) {
    return static_cast<std::size_t>((kTarBlock - size % kTarBlock) % kTarBlock);
}

/// A POSIX ustar header in which nothing depends on the machine that writes it.
Bytes tar_header(Member member, std::uint64_t size, Timestamp at) {
    auto seconds = std::max<std::int64_t>(
        0, std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count()
    );
    Bytes header(kTarBlock, 0);
    auto put = [&](std::size_t offset, std::string_view text) {
        std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(offset));
    };
    put(0, name_of(member));
    put(100, "0000644");
    put(108, "0000000");
    put(116, "0000000");
    put(kSizeAt, fmt::format("{:011o}", size));
    put(136, fmt::format("{:011o}", seconds));
    put(kSumAt, "        ");
    put(156, "0");
    put(257, std::string_view("ustar\00000", 8));
    put(329, "0000000");
    put(337, "0000000");
    auto sum = std::accumulate(header.begin(), header.end(), 0U);
    put(kSumAt, fmt::format("{:06o}", sum));
    header[kSumAt + 6] = 0;
    return header;
}

Result<std::uint64_t> size_in(ByteView header) {
    std::uint64_t size = 0;
    for (auto digit : header.subspan(kSizeAt, kSizeDigits)) {
        if (digit < '0' || digit > '7') {
            return Error(ErrorKind::Corrupt, "a tar header has no valid size");
        }
        size = size << 3U | static_cast<std::uint64_t>(digit - '0');
    }
    return size;
}

bool all_zero(ByteView bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](auto byte) { return byte == 0; });
}

void put_member(Bytes& out, Member member, std::string_view content, Timestamp at) {
    ByteWriter write(out);
    write.bytes(tar_header(member, content.size(), at)).text(content);
    out.resize(out.size() + padding(content.size()));
}

}  // namespace

std::string_view name_of(Member member) { return kNames.at(static_cast<std::size_t>(member)); }

Bytes clip_header(std::uint64_t clip_size, Timestamp exported_at) {
    return tar_header(Member::Clip, clip_size, exported_at);
}

Bytes bundle_tail(
    std::uint64_t clip_size,
    std::string_view manifest,
    std::string_view evidence,
    std::string_view checkpoint_note,
    Timestamp exported_at,
    bool masked
) {
    Bytes tail(padding(clip_size), 0);
    put_member(tail, Member::Manifest, manifest, exported_at);
    put_member(tail, Member::Evidence, evidence, exported_at);
    put_member(tail, Member::Checkpoint, checkpoint_note, exported_at);
    put_member(tail, Member::Readme, readme_text(masked), exported_at);
    tail.resize(tail.size() + kEndBlocks * kTarBlock);
    return tail;
}

Result<MemberViews> find_members(ByteView file) {
    MemberViews members;
    auto rest = file;
    for (std::size_t i = 0; i < kMembers; ++i) {
        if (rest.size() < kTarBlock) {
            return Error(ErrorKind::Corrupt, fmt::format("the file ends before {}", kNames.at(i)));
        }
        auto size = PROVISO_TRY(size_in(rest).while_doing(kNames.at(i)));
        rest = rest.subspan(kTarBlock);
        if (size > rest.size() || padding(size) > rest.size() - size) {
            return Error(ErrorKind::Corrupt, fmt::format("the file ends within {}", kNames.at(i)));
        }
        members.at(i) = rest.first(size);
        rest = rest.subspan(size + padding(size));
    }
    return members;
}

Result<> check_container(ByteView file, const MemberViews& members, Timestamp exported_at) {
    auto corrupt = [](std::string_view what, std::string_view where) {
        return Error(ErrorKind::Corrupt, fmt::format("{} {} was changed", what, where));
    };
    auto rest = file;
    for (std::size_t i = 0; i < kMembers; ++i) {
        auto size = members.at(i).size();
        auto header = tar_header(static_cast<Member>(i), size, exported_at);
        if (!std::ranges::equal(rest.first(kTarBlock), header)) {
            return corrupt("the tar header of", kNames.at(i));
        }
        rest = rest.subspan(kTarBlock + size);
        if (!all_zero(rest.first(padding(size)))) return corrupt("the padding after", kNames.at(i));
        rest = rest.subspan(padding(size));
    }
    if (rest.size() != kEndBlocks * kTarBlock || !all_zero(rest)) {
        return corrupt("the end of", "the file");
    }
    return {};
}

}  // namespace proviso::proof
