#pragma once

#include <memory>
#include <string>

#include "shoal/media/picture.hpp"

#include "media/ffmpeg_library.hpp"

namespace shoal::media {

struct FreeFrame {
  void operator()(AVFrame* frame) const { ffmpeg().av_frame_free(&frame); }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { ffmpeg().av_packet_free(&packet); }
};
struct FreeCodec {
  void operator()(AVCodecContext* codec) const { ffmpeg().avcodec_free_context(&codec); }
};
struct CloseInput {
  void operator()(AVFormatContext* format) const { ffmpeg().avformat_close_input(&format); }
};
struct FreeScaler {
  void operator()(SwsContext* scaler) const { ffmpeg().sws_freeContext(scaler); }
};

using Frame = std::unique_ptr<AVFrame, FreeFrame>;
using Packet = std::unique_ptr<AVPacket, FreePacket>;
using Codec = std::unique_ptr<AVCodecContext, FreeCodec>;
using Input = std::unique_ptr<AVFormatContext, CloseInput>;
using Scaler = std::unique_ptr<SwsContext, FreeScaler>;

/// FFmpeg's words for one of its error codes.
std::string error_text(int code);

/// Throws an Error `file: words` where `code` is an error; else gives it back.
int expect(int code, const std::string& file);

/// A frame of this format and size with memory of its own.
Frame make_frame(AVPixelFormat format, int width, int height);

struct Rectangle {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

/// A part of a picture as an RGB frame. Not the picture's own memory: FFmpeg's vector code touches
/// bytes behind the last pixel.
Frame load(const Picture& picture, const Rectangle& part);

/// An RGB frame into the picture, its first pixel to (x, y).
void store(const AVFrame& frame, Picture& picture, int x, int y);

/// From one format and size to another.
void convert(const AVFrame& from, AVFrame& to);

/// The picture of a frame, and the other way round.
Picture to_picture(const AVFrame& frame);
void to_frame(const Picture& picture, AVFrame& frame);

}  // namespace shoal::media
