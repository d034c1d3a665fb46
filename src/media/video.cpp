#include <algorithm>

#include "shoal/base/error.hpp"

#include "media/camera_formats.hpp"
#include "media/ffmpeg.hpp"
#include "media/pictures.hpp"

namespace shoal::media {
namespace {

/// Containers and pictures; without it FFmpeg takes any text for terminal art, and a playlist for
/// leave to open other files.
constexpr const char* formats =
    "image2,png_pipe,jpeg_pipe,bmp_pipe,webp_pipe,ppm_pipe,pgm_pipe,tiff_pipe,mov,matroska,avi,"
    "mpeg,mpegts,mpegvideo,m4v,flv,gif,ogg,asf,h264,hevc,mjpeg,ivf,yuv4mpegpipe,nut";

class Options {
 public:
  Options() = default;
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;
  ~Options() { ffmpeg().av_dict_free(&values_); }
  void set(const char* key, const std::string& value) {
    if (!value.empty()) ffmpeg().av_dict_set(&values_, key, value.c_str(), 0);
  }
  AVDictionary** get() { return &values_; }

 private:
  AVDictionary* values_ = nullptr;
};

/// The pictures of a file or device, decoded one after the other.
class Video final : public Pictures {
 public:
  /// `url` is what FFmpeg calls it. Of a single picture `picture` says what it is.
  Video(const std::string& path, const std::string& url, const AVInputFormat* format,
        Options& options, AVCodecID picture)
      : path_(path), single_(picture != AV_CODEC_ID_NONE) {
    prepare_library();
    AVFormatContext* opened = ffmpeg().avformat_alloc_context();
    opened->video_codec_id = picture;
    const int code = ffmpeg().avformat_open_input(&opened, url.c_str(), format, options.get());
    if (code < 0) {
      throw Error("{}: is no picture, video or camera that can be read: {}", path,
                  error_text(code));
    }
    input_.reset(opened);
    expect(ffmpeg().avformat_find_stream_info(input_.get(), nullptr), path);
    const AVCodec* decoder = nullptr;
    stream_ = ffmpeg().av_find_best_stream(input_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
    if (stream_ < 0 || decoder == nullptr) throw Error("{}: has no pictures", path);
    codec_.reset(ffmpeg().avcodec_alloc_context3(decoder));
    expect(ffmpeg().avcodec_parameters_to_context(codec_.get(), stream().codecpar), path);
    // A damaged picture is an error, not a grey patch.
    codec_->err_recognition = AV_EF_EXPLODE | AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER;
    codec_->thread_count = 1;
    expect(ffmpeg().avcodec_open2(codec_.get(), decoder, nullptr), path);
    frame_.reset(ffmpeg().av_frame_alloc());
    packet_.reset(ffmpeg().av_packet_alloc());
  }

  std::optional<Picture> next() override {
    while (true) {
      const int received = ffmpeg().avcodec_receive_frame(codec_.get(), frame_.get());
      if (received == AVERROR_EOF) return end();
      if (received == AVERROR(EAGAIN)) {
        feed();
        continue;
      }
      if (received < 0) fail("is damaged: " + error_text(received));
      if (frame_->decode_error_flags != 0) fail("is damaged");
      if (frame_->width < 1 || frame_->height < 1) fail("has no size");
      ++number_;
      return to_picture(*frame_);
    }
  }

  [[nodiscard]] std::string label() const override {
    return single_ ? path_ : fmt::format("{}#{}", path_, number_ - 1);
  }
  [[nodiscard]] std::optional<std::size_t> count() const override {
    if (single_) return 1;
    const std::int64_t frames = stream().nb_frames;
    if (frames <= 0) return std::nullopt;
    return static_cast<std::size_t>(frames);
  }
  [[nodiscard]] bool is_single() const override { return single_; }

 private:
  [[nodiscard]] const AVStream& stream() const {
    return *input_->streams[static_cast<std::size_t>(stream_)];
  }

  [[noreturn]] void fail(const std::string& why) const {
    if (single_) throw Error("{}: {}", path_, why);
    throw Error("{}: frame {}: {}", path_, number_, why);
  }

  [[nodiscard]] std::optional<Picture> end() const {
    if (number_ == 0) throw Error("{}: has no pictures", path_);
    return std::nullopt;
  }

  /// Gives the decoder the next packet of the stream, or the end.
  void feed() {
    while (true) {
      const int read = ffmpeg().av_read_frame(input_.get(), packet_.get());
      if (read == AVERROR_EOF) {
        if (input_->pb != nullptr && input_->pb->error < 0) fail(error_text(input_->pb->error));
        expect_end();
        ffmpeg().avcodec_send_packet(codec_.get(), nullptr);
        return;
      }
      if (read < 0) fail(error_text(read));
      note_end();
      const bool ours = packet_->stream_index == stream_;
      if (ours && (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0) fail("is damaged or cut short");
      const int sent = ours ? ffmpeg().avcodec_send_packet(codec_.get(), packet_.get()) : 0;
      ffmpeg().av_packet_unref(packet_.get());
      if (sent < 0) fail("is damaged or not what its name says: " + error_text(sent));
      if (ours) return;
    }
  }

  void note_end() {
    if (packet_->pts == AV_NOPTS_VALUE) return;
    const AVRational unit =
        input_->streams[static_cast<std::size_t>(packet_->stream_index)]->time_base;
    seconds_ =
        std::max(seconds_, static_cast<Seconds>(packet_->pts + packet_->duration) * av_q2d(unit));
  }

  /// The reader of Matroska takes the end of a file that was cut short for the end of the video, so
  /// it is compared with what the header promises; loosely, since headers are not exact.
  void expect_end() const {
    if (single_ || input_->duration_estimation_method != AVFMT_DURATION_FROM_STREAM) return;
    const double promised = static_cast<double>(input_->duration) / AV_TIME_BASE;
    if (seconds_ < 0.99 * promised - 0.5) {
      fail(
          fmt::format("is cut short: the video ends after {:.1f} of {:.1f} s", seconds_, promised));
    }
  }

  std::string path_;
  bool single_;
  Input input_;
  Codec codec_;
  Frame frame_;
  Packet packet_;
  int stream_ = -1;
  Seconds seconds_ = 0;  ///< where the last packet ends
  std::size_t number_ = 0;
};

}  // namespace

std::unique_ptr<Pictures> open_file(const std::string& path) {
  Options options;
  options.set("format_whitelist", formats);
  options.set("protocol_whitelist", "file");
  // Names such as 12:30.mp4 and day%d.png are files', never an address or a pattern.
  const std::string url = "file:" + path;
  if (!is_picture_name(path)) {
    return std::make_unique<Video>(path, url, nullptr, options, AV_CODEC_ID_NONE);
  }
  options.set("pattern_type", "none");
  return std::make_unique<Video>(path, url, ffmpeg().av_find_input_format("image2"), options,
                                 picture_codec(path));
}

std::unique_ptr<Pictures> open_camera(const std::string& path, const SourceOptions& options) {
  load_camera_formats();
  const AVInputFormat* format = ffmpeg().av_find_input_format("video4linux2,v4l2");
  if (format == nullptr) throw Error("{}: this FFmpeg cannot read cameras", path);
  Options settings;
  settings.set("video_size", options.camera_size);
  settings.set("framerate", options.camera_rate);
  return std::make_unique<Video>(path, path, format, settings, AV_CODEC_ID_NONE);
}

}  // namespace shoal::media
