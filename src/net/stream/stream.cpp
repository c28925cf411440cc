#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "net/stream/parts.hpp"
#include "net/tls/tls.hpp"

namespace millwright::net {
namespace asio = boost::asio;
using boost::system::error_code;
namespace {

using Tcp = asio::ip::tcp::socket;
using Tls = asio::ssl::stream<Tcp>;

Error connection_error(const Endpoint& remote, const error_code& error) {
  const Code code = error == asio::error::operation_aborted ? Code::timed_out : Code::offline;
  return fail(code, "the connection with " + to_text(remote) + " ended: " + error.message());
}

bool is_end(const error_code& error) {
  return error == asio::error::eof || error == asio::ssl::error::stream_truncated;
}

std::vector<asio::const_buffer> to_buffers(const std::vector<ByteView>& parts) {
  std::vector<asio::const_buffer> buffers;
  buffers.reserve(parts.size());
  for (const ByteView part : parts)
    buffers.emplace_back(part.data(), part.size());
  return buffers;
}

// The open connection. It lives as long as the handle or an operation under way.
template <class Layer>
class Connection final : public Closable, public std::enable_shared_from_this<Connection<Layer>> {
 public:
  template <class... More>
  Connection(Loop& on, Tcp&& socket, Endpoint from, More&... more)
      : Closable(on),
        loop(on),
        context(on.inner().context()),
        layer(std::move(socket), more...),
        remote(std::move(from)) {}

  void close() override {
    error_code ignored;
    layer.lowest_layer().close(ignored);  // NOLINT: a socket that cannot be closed is closed.
  }
  void read(std::span<std::uint8_t> into, Stream::Count done) {
    layer.async_read_some(asio::buffer(into.data(), into.size()),
                          [self = this->shared_from_this(), done = std::move(done)](
                              error_code error, std::size_t count) {
                            if (!error) return done(count);
                            if (is_end(error)) return done(std::size_t{0});
                            done(connection_error(self->remote, error));
                          });
  }
  void write(const std::vector<ByteView>& parts, Stream::Finished done) {
    CHECK(parts.size() <= gather_views_max);
    asio::async_write(layer, to_buffers(parts),
                      [self = this->shared_from_this(), done = std::move(done)](
                          error_code error, std::size_t /*count*/) {
                        if (error) return done(connection_error(self->remote, error));
                        done(Done{});
                      });
  }
  void shut_down(Stream::Finished done) {
    if constexpr (std::is_same_v<Layer, Tls>) {
      layer.async_shutdown([self = this->shared_from_this(),
                            done = std::move(done)](error_code /*error*/) { self->finish(done); });
    } else {
      asio::post(*context,
                 [self = this->shared_from_this(), done = std::move(done)] { self->finish(done); });
    }
  }

  Loop& loop;
  std::shared_ptr<asio::io_context> context;  // Owners: see Loop::Inner.
  Layer layer;
  Endpoint remote;
  std::shared_ptr<const TlsContext> tls;  // Owners: see Handshake.

 private:
  void finish(const Stream::Finished& done) {
    error_code error;
    layer.lowest_layer().shutdown(Tcp::shutdown_send, error);
    if (error) return done(connection_error(remote, error));
    done(Done{});
  }
};

template <class Layer>
class Handle final : public Stream {
 public:
  explicit Handle(std::shared_ptr<Connection<Layer>> connection)
      : connection_(std::move(connection)) {}
  ~Handle() override { connection_->close(); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  void read(std::span<std::uint8_t> into, Count done) override {
    connection_->read(into, std::move(done));
  }
  void write(std::vector<ByteView> parts, Finished done) override {
    connection_->write(parts, std::move(done));
  }
  void shut_down(Finished done) override { connection_->shut_down(std::move(done)); }
  void close() override { connection_->close(); }
  bool is_secure() const override { return std::is_same_v<Layer, Tls>; }
  Endpoint remote() const override { return connection_->remote; }
  Loop& loop() override { return connection_->loop; }

 private:
  std::shared_ptr<Connection<Layer>> connection_;  // Owners: this and the operations under way.
};

Tcp adopted(Loop& loop, const Socket& socket) {
  Tcp tcp(*loop.inner().context());
  error_code ignored;
  tcp.assign(socket.is_v6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), socket.descriptor, ignored);
  tcp.set_option(asio::ip::tcp::no_delay(true), ignored);
  return tcp;
}

// One handshake: the connection, its time-out, and who waits for it.
struct Shaking {
  std::shared_ptr<Connection<Tls>> connection;  // Owners: this and the operation under way.
  Timer timer;
  std::function<void(Result<std::unique_ptr<Stream>>)> done;
};

void finish_handshake(const std::shared_ptr<Shaking>& shaking, const error_code& error) {
  shaking->timer.cancel();
  const std::shared_ptr<Connection<Tls>> connection = std::move(shaking->connection);
  const auto done = std::move(shaking->done);
  if (!done) return;
  if (!error) return done(std::unique_ptr<Stream>(std::make_unique<Handle<Tls>>(connection)));
  connection->close();
  const Code code = error == asio::error::operation_aborted ? Code::timed_out : Code::refused;
  done(fail(code, "TLS with " + to_text(connection->remote) + " failed: " + error.message()));
}

Outcome expect_host(Tls& layer, const std::string& host) {
  SSL* ssl = layer.native_handle();
  error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  if (!not_an_address) {
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1) return Done{};
  } else if (SSL_set1_host(ssl, host.c_str()) == 1 &&
             SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                      const_cast<char*>(host.c_str())) == 1) {  // NOLINT: OpenSSL's own form.
    return Done{};
  }
  return fail(Code::invalid, "'" + host + "' cannot be checked against a certificate");
}

}  // namespace

std::unique_ptr<Stream> make_stream(Loop& loop, Socket socket) {
  return std::make_unique<Handle<Tcp>>(
      std::make_shared<Connection<Tcp>>(loop, adopted(loop, socket), std::move(socket.remote)));
}

void make_secure_stream(Loop& loop, Socket socket, const Handshake& handshake,
                        std::function<void(Result<std::unique_ptr<Stream>>)> done) {
  SSL_CTX* native = handshake.tls->native();
  SSL_CTX_up_ref(native);  // The wrapper below takes one reference and gives it back.
  asio::ssl::context wrapper(native);
  auto connection = std::make_shared<Connection<Tls>>(loop, adopted(loop, socket),
                                                      std::move(socket.remote), wrapper);
  connection->tls = handshake.tls;
  if (handshake.is_client) {
    const Outcome expected = expect_host(connection->layer, handshake.host);
    if (!expected) return loop.post([done, error = expected.error()] { done(error); });
  }
  // Owners: the operation and its timer.
  auto shaking = std::make_shared<Shaking>(Shaking{connection, Timer(loop), std::move(done)});
  shaking->timer.start(handshake.time, [connection] { connection->close(); });
  connection->layer.async_handshake(
      handshake.is_client ? Tls::client : Tls::server,
      [shaking](const error_code& error) { finish_handshake(shaking, error); });
}

}  // namespace millwright::net
