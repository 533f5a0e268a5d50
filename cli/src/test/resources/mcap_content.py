# Decodes OUT/SCENE.mcap by its schemas and compares it with OUT/SCENE/ (TUM's layout).
import sys
from mcap.reader import make_reader, NonSeekingReader
from mcap_ros2.decoder import DecoderFactory

out, scene = sys.argv[1:]
poses = [line.split() for line in open(f"{out}/{scene}/groundtruth.txt") if not line.startswith("#")]
k = [float(x) for line in open(f"{out}/{scene}/camera-intrinsics.txt") for x in line.split()]
names = [line.rstrip("\n").split("\t")[1] for line in open(f"{out}/{scene}/classes.txt")][1:]
for kind in (make_reader, lambda f, decoder_factories: NonSeekingReader(f, True, decoder_factories)):
    counts = {}
    with open(f"{out}/{scene}.mcap", "rb") as f:
        reader = kind(f, decoder_factories=[DecoderFactory()])
        for schema, channel, message, said in reader.iter_decoded_messages():
            n = counts.get(channel.topic, 0)
            counts[channel.topic] = n + 1
            if channel.topic == "/camera/label/classes":
                assert [c.class_name for c in said.class_map] == names, said
                continue
            stamp = (said.transforms[0] if channel.topic == "/tf" else said).header.stamp
            assert abs(stamp.sec + 1e-9 * stamp.nanosec - float(poses[n][0])) < 1e-6, (stamp, poses[n])
            if schema.name == "sensor_msgs/msg/Image":
                assert len(said.data) == said.height * said.step and said.step % said.width == 0, said.encoding
            elif channel.topic == "/camera/pose":
                p, q = said.pose.position, said.pose.orientation
                assert max(abs(a - float(b)) for a, b in zip((p.x, p.y, p.z, q.x, q.y, q.z, q.w), poses[n][1:])) < 1e-6
            elif channel.topic == "/tf":
                t = said.transforms[0].transform.translation
                assert max(abs(a - float(b)) for a, b in zip((t.x, t.y, t.z), poses[n][1:4])) < 1e-6
            elif channel.topic == "/camera/camera_info":
                assert list(said.k) == k and said.roi.do_rectify is False and list(said.r)[::4] == [1, 1, 1], said
    assert counts.pop("/camera/label/classes") == 1
    assert len(counts) == 6 and set(counts.values()) == {len(poses)}, counts
print("ok")
