#include "media/video.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <vector>

#include "shoal/base/error.hpp"

namespace shoal::media {
namespace {

/// Of a picture: four times what the largest cameras make, and less than a gigabyte as RGB.
constexpr std::int64_t most_pixels = std::int64_t{1} << 28U;
/// Pictures one after the other that a camera may spoil; then it is taken to be broken.
constexpr std::size_t most_bad_in_row = 50;

/// The display matrix of a stream, or nothing.
const std::uint8_t* display_matrix(const AVStream& stream) {
  constexpr std::size_t size = 9 * sizeof(std::int32_t);
#if LIBAVFORMAT_VERSION_MAJOR >= 61
  const AVPacketSideData* first = stream.codecpar->coded_side_data;
  const int count = stream.codecpar->nb_coded_side_data;
#else
  const AVPacketSideData* first = stream.side_data;
  const int count = stream.nb_side_data;
#endif
  for (int i = 0; i < count; ++i) {
    if (first[i].type == AV_PKT_DATA_DISPLAYMATRIX && first[i].size >= size) return first[i].data;
  }
  return nullptr;
}

Orientation orientation_of_stream(const AVStream& stream) {
  const std::uint8_t* bytes = display_matrix(stream);
  if (bytes == nullptr) return 1;
  std::array<std::int32_t, 9> matrix{};
  std::memcpy(matrix.data(), bytes, sizeof(matrix));
  return orientation_of_matrix(matrix);
}

/// What FFmpeg prints of a picture whose size it refuses.
bool is_too_large(const std::string& message) {
  unsigned int width = 0;
  unsigned int height = 0;
  return std::sscanf(message.c_str(), "Picture size %ux%u", &width, &height) == 2 &&
         static_cast<double>(width) * height > static_cast<double>(most_pixels);
}

/// Looks into the streams with the same limit of pixels as the decoder has later.
int find_stream_info(AVFormatContext& input) {
  std::vector<Options> limits(input.nb_streams);
  std::vector<AVDictionary*> dictionaries;
  for (Options& limit : limits) {
    limit.set("max_pixels", std::to_string(most_pixels));
    dictionaries.push_back(*limit.get());
  }
  const int code = ffmpeg().avformat_find_stream_info(
      &input, dictionaries.empty() ? nullptr : dictionaries.data());
  for (std::size_t i = 0; i < limits.size(); ++i) *limits[i].get() = dictionaries[i];
  return code;
}

}  // namespace

Video::Video(File file, Options& options) : file_(std::move(file)) {
  redirect_messages();
  AVFormatContext* opened = ffmpeg().avformat_alloc_context();
  opened->video_codec_id = file_.codec;
  const int code =
      ffmpeg().avformat_open_input(&opened, file_.url.c_str(), file_.format, options.get());
  if (code < 0 && file_.kind == Kind::camera) {
    throw Error("{}: cannot be read as a camera: {}", file_.path, error_text(code));
  }
  if (code < 0) {
    throw Error(
        "{}: is no picture (JPEG, PNG, BMP, WebP, PPM, TIFF, GIF) and no video that FFmpeg reads "
        "(such as MP4, Matroska, AVI), or is damaged where it begins: {}",
        file_.path, error_text(code));
  }
  input_.reset(opened);
  open_stream();
  frame_.reset(ffmpeg().av_frame_alloc());
  packet_.reset(ffmpeg().av_packet_alloc());
}

void Video::open_stream() {
  expect(find_stream_info(*input_), file_.path);
  const AVCodec* decoder = nullptr;
  stream_ = ffmpeg().av_find_best_stream(input_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
  if (stream_ < 0 || decoder == nullptr) throw Error("{}: has no pictures", file_.path);
  if (file_.kind != Kind::picture) file_.orientation = orientation_of_stream(stream());
  open_decoder(decoder);
}

/// A damaged picture must not pass as a grey patch. Told to explode, decoders refuse what is only
/// unusual too, as TIFF's every unknown tag, and lose whole frames that wait for their turn. They
/// do as they always do, and what they print and flag tells of damage.
void Video::open_decoder(const AVCodec* decoder) {
  codec_.reset(ffmpeg().avcodec_alloc_context3(decoder));
  expect(ffmpeg().avcodec_parameters_to_context(codec_.get(), stream().codecpar), file_.path);
  codec_->err_recognition = AV_EF_CRCCHECK;
  codec_->max_pixels = most_pixels;
  codec_->thread_count = 1;
  log_.attach(*codec_);
  expect(ffmpeg().avcodec_open2(codec_.get(), decoder, nullptr), file_.path);
}

std::optional<ReadPicture> Video::next() {
  while (!is_over_) {
    const int received = ffmpeg().avcodec_receive_frame(codec_.get(), frame_.get());
    if (received == AVERROR_EOF) return end();
    if (received == AVERROR(EAGAIN)) {
      if (auto unreadable = feed()) return unreadable;
      continue;
    }
    if (received < 0) return bad(damage(received));
    if (is_fresh_start()) awaits_whole_frame_ = false;
    const std::string why = flaw();
    return why.empty() ? good() : bad(why);
  }
  return std::nullopt;
}

std::optional<std::size_t> Video::count() const {
  if (is_single()) return 1;
  const std::int64_t frames = stream().nb_frames;
  if (frames <= 0) return std::nullopt;
  return static_cast<std::size_t>(frames);
}

std::string Video::label() const {
  return is_single() ? file_.path : fmt::format("{}#{}", file_.path, number_);
}

ReadPicture Video::good() {
  ReadPicture read{label(), turn(to_picture(*frame_), file_.orientation)};
  ++number_;
  bad_in_row_ = 0;
  log_.clear();
  return read;
}

ReadPicture Video::bad(const std::string& why) {
  ReadPicture read{label(), {}, why};
  ++number_;
  ++bad_in_row_;
  if (!log_.error().empty() || !awaits_whole_frame_) failed_ = last_;
  log_.clear();
  awaits_whole_frame_ = true;
  is_over_ = is_single();
  if (file_.kind == Kind::camera && bad_in_row_ == most_bad_in_row) {
    throw Error("{}: none of the last {} pictures could be read; the last one: {}", file_.path,
                bad_in_row_, why);
  }
  return read;
}

/// Whether the frame builds on none before it, and is behind what was damaged: frames come out in
/// another order than they are decoded in. Which ones build on others not every decoder tells.
bool Video::is_fresh_start() const {
  if (frame_->pict_type != AV_PICTURE_TYPE_I && frame_->pict_type != AV_PICTURE_TYPE_NONE) {
    return false;
  }
  const bool is_timed = frame_->pts != AV_NOPTS_VALUE && failed_ != AV_NOPTS_VALUE;
  return !is_timed || frame_->pts > failed_;
}

/// What is wrong with a frame that the decoder gave; nothing where it is good.
std::string Video::flaw() const {
  if (!log_.error().empty()) return damage(AVERROR_INVALIDDATA);
  if (frame_->decode_error_flags != 0) return "is damaged";
  if (frame_->width < 1 || frame_->height < 1) return "has no size";
  return awaits_whole_frame_ ? "builds on a damaged frame" : "";
}

std::string Video::damage(int code) const {
  if (is_too_large(log_.error())) {
    return fmt::format("is too large: it has more than {} million pixels ({})",
                       most_pixels / 1'000'000, log_.error());
  }
  if (code == AVERROR(ENOMEM)) return "is too large for the memory of this computer";
  return "is damaged: " + (log_.error().empty() ? error_text(code) : log_.error());
}

/// Gives the decoder the next packet of the stream, or the end. What cannot be read is a frame.
std::optional<ReadPicture> Video::feed() {
  while (true) {
    const int read = ffmpeg().av_read_frame(input_.get(), packet_.get());
    if (read < 0) return stop_feeding(read);
    note_end();
    if (packet_->stream_index != stream_) {
      ffmpeg().av_packet_unref(packet_.get());
      continue;
    }
    last_ = packet_->pts;
    const bool is_corrupt = (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0;
    const int sent = is_corrupt ? 0 : ffmpeg().avcodec_send_packet(codec_.get(), packet_.get());
    ffmpeg().av_packet_unref(packet_.get());
    if (sent < 0) return bad(damage(sent));
    if (!is_corrupt) return std::nullopt;
    if (is_single()) return bad("is cut short");
    const bool is_last = input_->pb != nullptr && input_->pb->eof_reached != 0;
    if (!is_last) return bad("is damaged");
    early_ = "the file is cut short";
  }
}

/// No packet came, for this reason. A camera may give another one.
std::optional<ReadPicture> Video::stop_feeding(int code) {
  if (code != AVERROR_EOF && file_.kind == Kind::camera) return bad(error_text(code));
  if (input_->pb != nullptr && input_->pb->error < 0) early_ = error_text(input_->pb->error);
  if (code != AVERROR_EOF) early_ = error_text(code);
  ffmpeg().avcodec_send_packet(codec_.get(), nullptr);
  return std::nullopt;
}

std::optional<ReadPicture> Video::end() {
  is_over_ = true;
  const std::string why = early_.empty() ? missing_end() : early_;
  if (number_ == 0) {
    throw Error("{}: {}", file_.path, why.empty() ? "has no pictures" : "ends early: " + why);
  }
  if (why.empty()) return std::nullopt;
  return ReadPicture{label(), {}, "the video ends early: " + why, true};
}

void Video::note_end() {
  if (packet_->pts == AV_NOPTS_VALUE) return;
  const AVRational unit =
      input_->streams[static_cast<std::size_t>(packet_->stream_index)]->time_base;
  seconds_ =
      std::max(seconds_, static_cast<Seconds>(packet_->pts + packet_->duration) * av_q2d(unit));
}

/// The reader of Matroska takes the end of a file that was cut short for the end of the video, so
/// it is compared with what the header promises; loosely, since headers are not exact.
std::string Video::missing_end() const {
  if (is_single() || input_->duration_estimation_method != AVFMT_DURATION_FROM_STREAM) return "";
  const double promised = static_cast<double>(input_->duration) / AV_TIME_BASE;
  if (seconds_ >= 0.99 * promised - 0.5) return "";
  return fmt::format("after {:.1f} of {:.1f} s", seconds_, promised);
}

}  // namespace shoal::media
