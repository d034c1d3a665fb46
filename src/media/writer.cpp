#include "shoal/media/writer.hpp"

#include <filesystem>

#include "shoal/base/error.hpp"
#include "shoal/base/output_file.hpp"

#include "media/decoder_log.hpp"
#include "media/ffmpeg.hpp"

namespace shoal::media {
namespace {

Codec open_encoder(AVCodecID id, AVPixelFormat format, int width, int height, int rate,
                   const std::string& path) {
  const AVCodec* encoder = ffmpeg().avcodec_find_encoder(id);
  if (encoder == nullptr) throw Error("{}: this FFmpeg has no encoder for it", path);
  Codec codec(ffmpeg().avcodec_alloc_context3(encoder));
  codec->pix_fmt = format;
  codec->width = width;
  codec->height = height;
  codec->time_base = {1, rate};
  codec->framerate = {rate, 1};
  codec->color_range = format == AV_PIX_FMT_YUVJ444P ? AVCOL_RANGE_JPEG : AVCOL_RANGE_UNSPECIFIED;
  codec->flags |= AV_CODEC_FLAG_QSCALE;
  codec->global_quality = 2 * FF_QP2LAMBDA;
  codec->thread_count = 1;
  return codec;
}

void open_codec(AVCodecContext& codec, const std::string& path) {
  expect(ffmpeg().avcodec_open2(&codec, codec.codec, nullptr), path);
}

}  // namespace

void write_picture(const Picture& picture, const std::string& path) {
  redirect_messages();
  const std::string ending = std::filesystem::path(path).extension().string();
  const bool jpeg = ending == ".jpg" || ending == ".jpeg";
  if (!jpeg && ending != ".png") throw Error("{}: a picture is .png or .jpg", path);
  const AVPixelFormat format = jpeg ? AV_PIX_FMT_YUVJ444P : AV_PIX_FMT_RGB24;
  const Codec codec = open_encoder(jpeg ? AV_CODEC_ID_MJPEG : AV_CODEC_ID_PNG, format,
                                   picture.width, picture.height, 1, path);
  open_codec(*codec, path);
  const Frame frame = make_frame(format, picture.width, picture.height);
  frame->color_range = codec->color_range;
  frame->quality = codec->global_quality;
  to_frame(picture, *frame);
  const Packet packet(ffmpeg().av_packet_alloc());
  expect(ffmpeg().avcodec_send_frame(codec.get(), frame.get()), path);
  expect(ffmpeg().avcodec_receive_packet(codec.get(), packet.get()), path);

  PendingStream file(path);
  file.write({reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size)});
  file.commit();
}

struct CloseOutput {
  void operator()(AVFormatContext* format) const {
    ffmpeg().avio_closep(&format->pb);
    ffmpeg().avformat_free_context(format);
  }
};

struct VideoWriter::State {
  std::string path;
  PendingFile file;
  std::unique_ptr<AVFormatContext, CloseOutput> format;
  Codec codec;
  Frame frame;
  Packet packet;
  AVStream* stream = nullptr;
  std::int64_t number = 0;

  explicit State(const std::string& name) : path(name), file(name) {}

  void write_packets() {
    while (true) {
      const int received = ffmpeg().avcodec_receive_packet(codec.get(), packet.get());
      if (received == AVERROR(EAGAIN) || received == AVERROR_EOF) return;
      expect(received, path);
      ffmpeg().av_packet_rescale_ts(packet.get(), codec->time_base, stream->time_base);
      packet->stream_index = stream->index;
      expect(ffmpeg().av_interleaved_write_frame(format.get(), packet.get()), path);
    }
  }
};

VideoWriter::VideoWriter(const std::string& path, int width, int height, int frames_per_second)
    : state_(std::make_unique<State>(path)) {
  redirect_messages();
  if (width % 2 != 0 || height % 2 != 0) throw Error("{}: a video's sides must be even", path);
  const AVOutputFormat* guessed = ffmpeg().av_guess_format(nullptr, path.c_str(), nullptr);
  if (guessed == nullptr || (guessed->flags & AVFMT_NOFILE) != 0 ||
      ffmpeg().avformat_query_codec(guessed, AV_CODEC_ID_MPEG4, FF_COMPLIANCE_NORMAL) != 1) {
    throw Error("{}: a video is .mp4, .avi or .mkv", path);
  }
  AVFormatContext* format = nullptr;
  expect(ffmpeg().avformat_alloc_output_context2(&format, guessed, nullptr,
                                                 state_->file.path().c_str()),
         path);
  state_->format.reset(format);
  state_->codec =
      open_encoder(AV_CODEC_ID_MPEG4, AV_PIX_FMT_YUV420P, width, height, frames_per_second, path);
  if ((guessed->flags & AVFMT_GLOBALHEADER) != 0) {
    state_->codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  }
  open_codec(*state_->codec, path);
  state_->stream = ffmpeg().avformat_new_stream(format, nullptr);
  state_->stream->time_base = state_->codec->time_base;
  state_->stream->avg_frame_rate = state_->codec->framerate;
  expect(ffmpeg().avcodec_parameters_from_context(state_->stream->codecpar, state_->codec.get()),
         path);
  expect(ffmpeg().avio_open(&format->pb, state_->file.path().c_str(), AVIO_FLAG_WRITE), path);
  expect(ffmpeg().avformat_write_header(format, nullptr), path);
  state_->frame = make_frame(AV_PIX_FMT_YUV420P, width, height);
  state_->packet.reset(ffmpeg().av_packet_alloc());
}

VideoWriter::~VideoWriter() = default;

void VideoWriter::add(const Picture& picture) {
  expect(ffmpeg().av_frame_make_writable(state_->frame.get()), state_->path);
  to_frame(picture, *state_->frame);
  state_->frame->pts = state_->number++;
  state_->frame->quality = state_->codec->global_quality;
  expect(ffmpeg().avcodec_send_frame(state_->codec.get(), state_->frame.get()), state_->path);
  state_->write_packets();
}

void VideoWriter::finish() {
  expect(ffmpeg().avcodec_send_frame(state_->codec.get(), nullptr), state_->path);
  state_->write_packets();
  expect(ffmpeg().av_write_trailer(state_->format.get()), state_->path);
  expect(ffmpeg().avio_closep(&state_->format->pb), state_->path);
  state_->file.commit();
}

}  // namespace shoal::media
