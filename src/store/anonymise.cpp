#include "store/anonymise.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <filesystem>
#include <tuple>
#include <utility>
#include <vector>

namespace secondwave {
namespace {

constexpr std::size_t cells_per_commit = std::size_t{1} << 18;
constexpr std::size_t block_bytes = 16;
constexpr std::size_t address_bits = 32;

void put_word(unsigned char* into, std::uint32_t word) {
  for (int i = 0; i < 4; ++i) into[i] = static_cast<unsigned char>(word >> (24 - 8 * i));
}

/// Copies one input, cell by cell, as a few commits of an input that counts only from the last one on.
class InputCopy {
 public:
  InputCopy(SqliteStore& to, AddressCipher& cipher, const StoredInput& input, std::size_t number)
      : to_(to), cipher_(cipher) {
    commit_.input = input;
    commit_.input.id = 0;
    commit_.input.path = fmt::format("input {}", number);
    commit_.input.settings = "made anonymous";
    commit_.input.state.clear();
    commit_.input.sealed = true;
    commit_.input.body.bad_samples.clear();
    commit_.input.tail.bad_samples.clear();
  }
  Status add(const SightingCell& cell) {
    cells_.push_back(cell);
    SightingCell& copy = cells_.back();
    copy.source = cipher_.change(copy.source);
    for (Ipv4& target : copy.target_set) target = cipher_.change(target);
    std::sort(copy.target_set.begin(), copy.target_set.end());
    return cells_.size() < cells_per_commit ? Status() : flush(true);
  }
  Status flush(bool pending) {
    std::sort(cells_.begin(), cells_.end(), [](const SightingCell& a, const SightingCell& b) {
      return std::tie(a.source, a.minute, a.tag) < std::tie(b.source, b.minute, b.tag);
    });
    CellWriter writer;
    for (const SightingCell& cell : cells_) writer.add(cell);
    cells_.clear();
    commit_.blocks = writer.take();
    commit_.pending = pending;
    const Result<InputId> id = to_.commit(commit_);
    if (!id) return tl::unexpected(id.error());
    commit_.input.id = *id;
    return {};
  }

 private:
  SqliteStore& to_;
  AddressCipher& cipher_;
  InputCommit commit_;
  std::vector<SightingCell> cells_;
};

Status copy_all(SqliteStore& from, SqliteStore& to, AddressCipher& cipher) {
  const Result<std::vector<StoredInput>> inputs = from.inputs();
  if (!inputs) return tl::unexpected(inputs.error());
  std::size_t number = 0;
  for (const StoredInput& input : *inputs) {
    const Result<std::vector<StoredRule>> rules = from.book(input.book);
    if (!rules) return tl::unexpected(rules.error());
    if (const Status put = to.put_book(input.book, *rules); !put) return put;
    const Result<std::vector<Outage>> outages = from.outages(input.sensor);
    if (!outages) return tl::unexpected(outages.error());
    InputCopy copy(to, cipher, input, ++number);
    const Status swept = from.sweep({.inputs = {input.id}}, [&](Ipv4, std::span<const InputCell> cells) -> Status {
      for (const InputCell& each : cells) {
        if (const Status added = copy.add(each.cell); !added) return added;
      }
      return {};
    });
    if (!swept) return swept;
    if (const Status done = copy.flush(false); !done) return done;
    if (const Status put = to.put_outages(input.sensor, *outages); !put) return put;
  }
  return {};
}

}  // namespace

struct AddressCipher::Context {
  EVP_CIPHER_CTX* aes = EVP_CIPHER_CTX_new();
  std::array<unsigned char, block_bytes> pad{};
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_CIPHER_CTX_free(aes); }
};

AddressCipher::AddressCipher(const std::array<unsigned char, key_bytes>& key) : context_(std::make_unique<Context>()) {
  SECONDWAVE_REQUIRE(context_->aes != nullptr);
  SECONDWAVE_REQUIRE(EVP_EncryptInit_ex(context_->aes, EVP_aes_128_ecb(), nullptr, key.data(), nullptr) == 1);
  EVP_CIPHER_CTX_set_padding(context_->aes, 0);
  int size = 0;
  SECONDWAVE_REQUIRE(EVP_EncryptUpdate(context_->aes, context_->pad.data(), &size, key.data() + block_bytes,
                                       static_cast<int>(block_bytes)) == 1);
}
AddressCipher::~AddressCipher() = default;
AddressCipher::AddressCipher(AddressCipher&&) noexcept = default;

Ipv4 AddressCipher::change(Ipv4 address) {
  // Bit n is flipped by the first bit of the cipher of the n bits before it, filled up from the padding.
  std::array<unsigned char, address_bits * block_bytes> in;
  std::array<unsigned char, address_bits * block_bytes> out;
  const unsigned char* pad = context_->pad.data();
  const std::uint32_t first =
      std::uint32_t{pad[0]} << 24 | std::uint32_t{pad[1]} << 16 | std::uint32_t{pad[2]} << 8 | pad[3];
  for (std::size_t bit = 0; bit < address_bits; ++bit) {
    unsigned char* block = in.data() + bit * block_bytes;
    std::copy_n(pad, block_bytes, block);
    const Ipv4 mask = Prefix::mask(static_cast<int>(bit));
    put_word(block, (address & mask) | (first & ~mask));
  }
  int size = 0;
  SECONDWAVE_REQUIRE(EVP_EncryptUpdate(context_->aes, out.data(), &size, in.data(), static_cast<int>(in.size())) == 1);
  Ipv4 flips = 0;
  for (std::size_t bit = 0; bit < address_bits; ++bit)
    flips |= std::uint32_t{static_cast<unsigned char>(out[bit * block_bytes] >> 7)} << (31 - bit);
  return address ^ flips;
}

Status anonymise_store(SqliteStore& store, const std::string& path, AddressCipher& cipher) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (fs::exists(path, ignored))
    return failure(ErrorKind::usage, "the store to write exists already", {.file = path}, "name another, or remove it");
  Status done;
  {
    Result<std::unique_ptr<SqliteStore>> to = SqliteStore::open(path, Database::Access::create);
    if (!to) return tl::unexpected(to.error());
    done = copy_all(store, **to, cipher);
  }
  if (!done) {
    for (const char* part : {"", "-wal", "-shm"}) fs::remove(path + part, ignored);
  }
  return done;
}

}  // namespace secondwave
