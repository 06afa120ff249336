#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include <proviso/base/log.h>
#include <proviso/base/worker.h>
#include <proviso/vision/veil_pool.h>

#include "veil_config.h"
#include "veil_session.h"

namespace proviso::vision {
namespace {

constexpr std::chrono::seconds kStartAgain{2};

/// What the pool and its sessions share: sessions may outlive the pool's last user.
struct Stock {
    explicit Stock(VeilPoolOptions all) : options(std::move(all)) {}

    /// One that waits, or a new one.
    Result<std::shared_ptr<VeilProcess>> take() {
        {
            std::lock_guard lock(mutex);
            while (!waiting.empty()) {
                auto first = std::move(waiting.front());
                waiting.erase(waiting.begin());
                missing.notify_all();
                if (first->check(options)) return first;
            }
        }
        return std::shared_ptr<VeilProcess>(PROVISO_TRY(VeilProcess::start(options)));
    }

    const VeilPoolOptions options;
    mutable std::mutex mutex;
    std::condition_variable_any missing;
    std::vector<std::shared_ptr<VeilProcess>> waiting;
    std::map<std::uint64_t, const VeilSession*> sessions;
    std::uint64_t next = 1;
};

class VeilPoolInside final : public VeilPool {
public:
    explicit VeilPoolInside(VeilPoolOptions options)
        : stock_(std::make_shared<Stock>(std::move(options))) {
        keeper_ = Worker("veil-pool", [stock = stock_](const std::stop_token& stop) {
            keep(*stock, stop);
        });
    }

    ~VeilPoolInside() override {
        keeper_.stop();
        std::lock_guard lock(stock_->mutex);
        stock_->waiting.clear();
    }

    Result<std::unique_ptr<VeilSession>> begin(const VeilConfig& config, VeilSessionOptions options)
        override;
    std::vector<pid_t> pids() const override;

private:
    static void keep(Stock& stock, const std::stop_token& stop);

    std::shared_ptr<Stock> stock_;
    Worker keeper_;
};

/// Keeps some processes waiting, and replaces those that died of it.
void VeilPoolInside::keep(Stock& stock, const std::stop_token& stop) {
    auto wanted = std::size_t(stock.options.waiting);
    while (!stop.stop_requested()) {
        bool failed = false;
        auto have = [&] {
            std::lock_guard lock(stock.mutex);
            std::erase_if(stock.waiting, [&](const auto& one) {
                return !one->check(stock.options);
            });
            return stock.waiting.size();
        };
        while (!stop.stop_requested() && !failed && have() < wanted) {
            auto started = VeilProcess::start(stock.options);
            failed = !started || !(*started)->warm(stock.options.usual);
            if (!started) log_error("no veil worker can be started: {}", started.error().story());
            if (!started) break;
            std::lock_guard lock(stock.mutex);
            stock.waiting.push_back(std::move(*started));
        }
        std::unique_lock lock(stock.mutex);
        auto enough = [&] { return !failed && stock.waiting.size() < wanted; };
        stock.missing.wait_for(lock, stop, kStartAgain, enough);
    }
}

Result<std::unique_ptr<VeilSession>> VeilPoolInside::begin(
    const VeilConfig& config, VeilSessionOptions options
) {
    PROVISO_TRY(check(config));
    std::uint64_t id = 0;
    {
        std::lock_guard lock(stock_->mutex);
        if (stock_->sessions.size() >= std::size_t(stock_->options.most_sessions)) {
            return Error(
                ErrorKind::Unavailable,
                "too many masked streams run at once",
                "close some, or let more run at once"
            );
        }
        id = stock_->next++;
        stock_->sessions[id] = nullptr;
    }
    auto leave = [stock = stock_, id] {
        std::lock_guard lock(stock->mutex);
        stock->sessions.erase(id);
    };
    auto process = stock_->take();
    auto begun = process ? (*process)->begin(config, options.niceness) : Result<>(process.error());
    if (!begun) {
        leave();
        return begun.error();
    }
    auto replace = [stock = stock_]() -> Result<std::unique_ptr<VeilProcess>> {
        return VeilProcess::start(stock->options);
    };
    auto session = std::make_unique<VeilSessionInside>(
        stock_->options, config, std::move(options), std::move(*process), replace, leave
    );
    std::lock_guard lock(stock_->mutex);
    stock_->sessions[id] = session.get();
    return std::unique_ptr<VeilSession>(std::move(session));
}

std::vector<pid_t> VeilPoolInside::pids() const {
    std::lock_guard lock(stock_->mutex);
    std::vector<pid_t> all;
    for (const auto& one : stock_->waiting) all.push_back(one->pid());
    for (const auto& [id, session] : stock_->sessions) {
        auto pid = session == nullptr ? -1 : session->state().pid;
        if (pid > 0) all.push_back(pid);
    }
    return all;
}

}  // namespace

Result<std::unique_ptr<VeilPool>> VeilPool::open(VeilPoolOptions options) {
    if (options.waiting < 0 || options.waiting > 16 || options.most_sessions < 1 ||
        options.most_sessions > 1024) {
        return invalid_input(
            "the veil cannot work so", "0 to 16 processes wait, 1 to 1024 sessions run"
        );
    }
    return std::unique_ptr<VeilPool>(std::make_unique<VeilPoolInside>(std::move(options)));
}

}  // namespace proviso::vision
