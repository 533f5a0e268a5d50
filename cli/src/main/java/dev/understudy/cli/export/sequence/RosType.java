package dev.understudy.cli.export.sequence;

import java.util.List;

/** The messages of ROS 2 that are written here, with their definitions as {@code .msg} files have them. */
public enum RosType {
    IMAGE("sensor_msgs/msg/Image", """
            std_msgs/Header header
            uint32 height
            uint32 width
            string encoding
            uint8 is_bigendian
            uint32 step
            uint8[] data
            """, Part.HEADER, Part.TIME),
    CAMERA_INFO("sensor_msgs/msg/CameraInfo", """
            std_msgs/Header header
            uint32 height
            uint32 width
            string distortion_model
            float64[] d
            float64[9] k
            float64[9] r
            float64[12] p
            uint32 binning_x
            uint32 binning_y
            sensor_msgs/RegionOfInterest roi
            """, Part.HEADER, Part.TIME, Part.REGION),
    POSE("geometry_msgs/msg/PoseStamped", """
            std_msgs/Header header
            geometry_msgs/Pose pose
            """, Part.HEADER, Part.TIME, Part.POSE, Part.POINT, Part.QUATERNION),
    TRANSFORMS(
            "tf2_msgs/msg/TFMessage",
            """
            geometry_msgs/TransformStamped[] transforms
            """,
            Part.TRANSFORM_STAMPED,
            Part.HEADER,
            Part.TIME,
            Part.TRANSFORM,
            Part.VECTOR,
            Part.QUATERNION),
    CLASS_LIST("vision_msgs/msg/LabelInfo", """
            std_msgs/Header header
            vision_msgs/VisionClass[] class_map
            float32 threshold
            """, Part.HEADER, Part.TIME, Part.CLASS);

    /** Messages that are parts of others. */
    private enum Part {
        TIME("builtin_interfaces/Time", "int32 sec\nuint32 nanosec\n"),
        HEADER("std_msgs/Header", "builtin_interfaces/Time stamp\nstring frame_id\n"),
        REGION(
                "sensor_msgs/RegionOfInterest",
                "uint32 x_offset\nuint32 y_offset\nuint32 height\nuint32 width\nbool do_rectify\n"),
        POINT("geometry_msgs/Point", "float64 x\nfloat64 y\nfloat64 z\n"),
        VECTOR("geometry_msgs/Vector3", "float64 x\nfloat64 y\nfloat64 z\n"),
        QUATERNION("geometry_msgs/Quaternion", "float64 x\nfloat64 y\nfloat64 z\nfloat64 w\n"),
        POSE("geometry_msgs/Pose", "geometry_msgs/Point position\ngeometry_msgs/Quaternion orientation\n"),
        TRANSFORM("geometry_msgs/Transform", "geometry_msgs/Vector3 translation\ngeometry_msgs/Quaternion rotation\n"),
        TRANSFORM_STAMPED(
                "geometry_msgs/TransformStamped",
                "std_msgs/Header header\nstring child_frame_id\ngeometry_msgs/Transform transform\n"),
        CLASS("vision_msgs/VisionClass", "uint16 class_id\nstring class_name\n");

        private final String name;
        private final String fields;

        Part(String name, String fields) {
            this.name = name;
            this.fields = fields;
        }
    }

    private final String fullName;
    private final String fields;
    private final List<Part> parts;

    RosType(String fullName, String fields, Part... parts) {
        this.fullName = fullName;
        this.fields = fields;
        this.parts = List.of(parts);
    }

    String fullName() {
        return fullName;
    }

    /** With those of its parts, as a {@code ros2msg} schema has them. */
    String definition() {
        StringBuilder text = new StringBuilder(fields);
        for (Part part : parts) {
            text.append("=".repeat(80))
                    .append("\nMSG: ")
                    .append(part.name)
                    .append('\n')
                    .append(part.fields);
        }
        return text.toString();
    }
}
