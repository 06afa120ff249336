#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <new>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <proviso/workers/ring.h>

namespace proviso::workers {
namespace {

constexpr std::size_t kLeastCapacity = 64U << 10U;
constexpr std::size_t kMostCapacity = 1U << 30U;
constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

std::uint64_t padded(std::uint64_t size) { return (size + 7) / 8 * 8; }

}  // namespace

static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

Result<RingMemory> RingMemory::create(std::size_t capacity) {
    if (!std::has_single_bit(capacity) || capacity < kLeastCapacity || capacity > kMostCapacity) {
        return invalid_input("the ring of a worker must be a power of two from 64 KiB to 1 GiB");
    }
    UniqueFd fd(::memfd_create("proviso-ring", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!fd.valid() || ::ftruncate(fd.get(), static_cast<off_t>(kControlSize + capacity)) != 0 ||
        ::fcntl(fd.get(), F_ADD_SEALS, kSeals) != 0) {
        return errno_error("make shared memory for a worker", errno);
    }
    return map(std::move(fd), capacity);
}

Result<RingMemory> RingMemory::open(UniqueFd memory) {
    struct stat facts {};

    if (::fstat(memory.get(), &facts) != 0) return errno_error("look at shared memory", errno);
    auto capacity = static_cast<std::size_t>(facts.st_size) - kControlSize;
    if (facts.st_size < static_cast<off_t>(kControlSize + kLeastCapacity) ||
        !std::has_single_bit(capacity) || capacity > kMostCapacity ||
        ::fcntl(memory.get(), F_GET_SEALS) != kSeals) {
        return invalid_input("the shared memory is not a sealed ring");
    }
    return map(std::move(memory), capacity);
}

Result<RingMemory> RingMemory::map(UniqueFd fd, std::size_t capacity) {
    auto* map =
        ::mmap(nullptr, kControlSize + capacity, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
    if (map == MAP_FAILED) return errno_error("map shared memory", errno);
    return RingMemory(std::move(fd), static_cast<std::uint8_t*>(map), capacity);
}

RingMemory::RingMemory(RingMemory&& other) noexcept
    : fd_(std::move(other.fd_)),
      map_(std::exchange(other.map_, nullptr)),
      capacity_(other.capacity_) {}

RingMemory::~RingMemory() {
    if (map_ != nullptr) ::munmap(map_, kControlSize + capacity_);
}

RingWriter::RingWriter(RingMemory memory) : memory_(std::move(memory)) {
    memory_.control().working_on.store(kNobody, std::memory_order_relaxed);
}

bool RingWriter::write(const RecordHeader& header, ByteView payload) {
    auto needed = sizeof(header) + padded(payload.size());
    auto used = position_ - memory_.control().read.load(std::memory_order_acquire);
    if (used > memory_.capacity() || needed > memory_.capacity() - used) return false;
    auto end = position_ + needed;
    put(&header, sizeof(header));
    put(payload.data(), payload.size());
    position_ = end;
    memory_.control().written.store(position_, std::memory_order_release);
    return true;
}

void RingWriter::put(const void* from, std::size_t size) {
    if (size == 0) return;
    auto at = static_cast<std::size_t>(position_ & (memory_.capacity() - 1));
    auto first = std::min(size, memory_.capacity() - at);
    std::memcpy(memory_.data() + at, from, first);
    std::memcpy(memory_.data(), static_cast<const std::uint8_t*>(from) + first, size - first);
    position_ += size;
}

bool RingWriter::reader_must_be_woken() {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    return memory_.control().reader_sleeps.exchange(0, std::memory_order_seq_cst) == 1;
}

void RingWriter::working_on(std::uint32_t stream) {
    auto& control = memory_.control();
    control.working_on.store(stream, std::memory_order_relaxed);
    control.beats.fetch_add(1, std::memory_order_relaxed);
}

Bytes RingReader::Record::copy() const {
    Bytes bytes;
    bytes.reserve(first.size() + second.size());
    bytes.insert(bytes.end(), first.begin(), first.end());
    bytes.insert(bytes.end(), second.begin(), second.end());
    return bytes;
}

Result<std::optional<RingReader::Record>> RingReader::next() {
    auto lie = [](const char* what) { return Error(ErrorKind::Corrupt, what); };
    auto available = memory_.control().written.load(std::memory_order_acquire) - position_;
    if (available == 0) return std::optional<Record>();
    if (available > memory_.capacity() || available < sizeof(RecordHeader)) {
        return lie("the worker's write position cannot be");
    }
    const auto mask = memory_.capacity() - 1;
    Record record;
    std::array<std::uint8_t, sizeof(RecordHeader)> copy{};
    auto at = static_cast<std::size_t>(position_ & mask);
    auto first = std::min(copy.size(), memory_.capacity() - at);
    std::memcpy(copy.data(), memory_.data() + at, first);
    std::memcpy(copy.data() + first, memory_.data(), copy.size() - first);
    std::memcpy(&record.header, copy.data(), copy.size());
    // From here on only the private copy counts; the compiler must not look at the shared one
    // again.
    std::atomic_signal_fence(std::memory_order_seq_cst);
    std::uint64_t size = record.header.size;
    if (size > kMaxPayload || sizeof(RecordHeader) + padded(size) > available) {
        return lie("a record of the worker is longer than what it wrote");
    }
    at = static_cast<std::size_t>((position_ + sizeof(RecordHeader)) & mask);
    first = std::min(static_cast<std::size_t>(size), memory_.capacity() - at);
    record.first = {memory_.data() + at, first};
    record.second = {memory_.data(), static_cast<std::size_t>(size) - first};
    record_size_ = sizeof(RecordHeader) + padded(size);
    return std::optional<Record>(record);
}

void RingReader::done() {
    position_ += record_size_;
    record_size_ = 0;
    memory_.control().read.store(position_, std::memory_order_release);
}

bool RingReader::may_sleep() {
    memory_.control().reader_sleeps.store(1, std::memory_order_seq_cst);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (memory_.control().written.load(std::memory_order_seq_cst) == position_) return true;
    awake();
    return false;
}

void RingReader::awake() { memory_.control().reader_sleeps.store(0, std::memory_order_relaxed); }

std::uint32_t RingReader::suspect() const {
    return memory_.control().working_on.load(std::memory_order_relaxed);
}

std::uint32_t RingReader::beats() const {
    return memory_.control().beats.load(std::memory_order_relaxed);
}

}  // namespace proviso::workers
